using System.Management.Automation;
using Buildpacks.Commands.Streams;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Streams;

public sealed class ErrorRecordTests : IDisposable
{
    private readonly PackSession _session = new(typeof(InvokeProbeCommand));

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_failure_ends_the_call_with_id_category_target_and_next_step()
    {
        var record = _session.Run("Invoke-Probe $args[0]", Fail(PackErrorKind.NotFound)).Failure;

        Assert.Equal("ProbeFailed,Buildpacks.Commands.Tests.Streams.InvokeProbeCommand", record.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, record.CategoryInfo.Category);
        Assert.Equal("the target", record.TargetObject);
        Assert.Equal("What happened.", record.ToString());
        Assert.Equal("What to do.", record.ErrorDetails.RecommendedAction);
        Assert.IsType<PackException>(record.Exception);
    }

    [Fact]
    public void The_buildpack_that_failed_is_still_told_after_serialization()
    {
        var failure = new PackException("BuildpackFailed", PackErrorKind.Failed, "The buildpack a/b@1 failed.\n  last words")
        {
            Phase = "building", ExitCode = 51, BuildpackId = "a/b", BuildpackVersion = "1", BuildpackExitCode = 7, BuildpackOutput = "first words\nlast words",
        };

        // Start-Job and remoting serialize one level deep.
        var record = (PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(PackErrorRecord.Create(failure, "app"), 1));

        var exception = (PSObject)record.Properties["Exception"].Value;
        Assert.Equal(
            (failure.Message, "building", 51, "a/b", "1", 7, failure.BuildpackOutput),
            (Value("Message"), Value("Phase"), Value("ExitCode"), Value("BuildpackId"), Value("BuildpackVersion"), Value("BuildpackExitCode"), Value("BuildpackOutput")));

        object Value(string property) => exception.Properties[property].Value;
    }

    [Fact]
    public void A_failure_of_one_item_leaves_the_others()
    {
        var calls = 0;
        Func<IPackSink, CancellationToken, Task<string>> work = (_, _) => ++calls == 2
            ? throw new PackException("ProbeFailed", PackErrorKind.Conflict, "What happened.")
            : Task.FromResult($"{calls}");

        var run = _session.Run("'a','b','c' | Invoke-Probe $args[0] -PerItem", work);

        Assert.Equal(["1", "3"], run.Texts);
        var record = Assert.Single(run.Errors);
        Assert.Equal("b", record.TargetObject);
        Assert.Equal(ErrorCategory.ResourceExists, record.CategoryInfo.Category);
    }

    [Theory]
    [InlineData(PackErrorKind.Failed, ErrorCategory.OperationStopped)]
    [InlineData(PackErrorKind.Unauthorized, ErrorCategory.AuthenticationError)]
    [InlineData(PackErrorKind.Unreachable, ErrorCategory.ConnectionError)]
    [InlineData(PackErrorKind.Unsupported, ErrorCategory.NotImplemented)]
    [InlineData(PackErrorKind.InvalidInput, ErrorCategory.InvalidArgument)]
    [InlineData(PackErrorKind.NoSpace, ErrorCategory.LimitsExceeded)]
    public void Each_kind_has_its_category(PackErrorKind kind, ErrorCategory category) =>
        Assert.Equal(category, _session.Run("Invoke-Probe $args[0]", Fail(kind)).Failure.CategoryInfo.Category);

    [Fact]
    public void The_error_view_ends_with_the_next_step() =>
        Assert.EndsWith("What to do.", _session.Show("Invoke-Probe $args[0] -PerItem", Fail(PackErrorKind.Failed)).Trim(), StringComparison.Ordinal);

    [Theory]
    [InlineData("7.4.11.500", "What happened.\nWhat to do.")]
    [InlineData("7.5.0.500", "What happened.")]
    public void The_next_step_is_part_of_the_message_where_the_view_leaves_it_out(string powerShell, string expected)
    {
        var failure = new PackException("ProbeFailed", PackErrorKind.Failed, "What happened.") { RecommendedAction = "What to do." };

        var record = PackErrorRecord.Create(failure, target: null, Version.Parse(powerShell));

        Assert.Equal(expected, record.ToString());
        Assert.Equal("What to do.", record.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void What_is_no_failure_of_the_core_keeps_its_own_exception()
    {
        Func<IPackSink, CancellationToken, Task<string>> work = (_, _) => throw new InvalidOperationException("a bug");

        var record = _session.Run("Invoke-Probe $args[0]", work).Failure;

        Assert.Equal("a bug", record.Exception.Message);
        Assert.StartsWith("UnexpectedFailure,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_expected_of_one_item_leaves_the_others()
    {
        var calls = 0;
        Func<IPackSink, CancellationToken, Task<string>> work = (_, _) => ++calls == 2 ? throw new IOException("a bug") : Task.FromResult($"{calls}");

        var run = _session.Run("'a','b','c' | Invoke-Probe $args[0] -PerItem", work);

        Assert.Equal(["1", "3"], run.Texts);
        var record = Assert.Single(run.Errors);
        Assert.Equal("UnexpectedFailure,Buildpacks.Commands.Tests.Streams.InvokeProbeCommand", record.FullyQualifiedErrorId);
        Assert.Equal(("b", "a bug"), (record.TargetObject, record.ToString()));
        Assert.Contains(nameof(What_nobody_expected_of_one_item_leaves_the_others), Assert.IsType<IOException>(record.Exception).StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_cancels_itself_is_no_failure_of_an_item()
    {
        var calls = 0;
        Func<IPackSink, CancellationToken, Task<string>> work = (_, _) => throw new OperationCanceledException($"{++calls}");

        var run = _session.Run("'a','b' | Invoke-Probe $args[0] -PerItem", work);

        Assert.IsType<OperationCanceledException>(run.Failure.Exception.GetBaseException());
        Assert.Equal(1, calls);
    }

    private static Func<IPackSink, CancellationToken, Task<string>> Fail(PackErrorKind kind) =>
        (_, _) => throw new PackException("ProbeFailed", kind, "What happened.") { Target = "the target", RecommendedAction = "What to do." };
}
