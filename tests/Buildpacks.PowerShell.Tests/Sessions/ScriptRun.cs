using System.Management.Automation;

namespace Buildpacks.Commands.Tests.Sessions;

/// <summary>What a script wrote to its streams, and the error that ended it.</summary>
internal sealed record ScriptRun
{
    public required IReadOnlyList<object?> Output { get; init; }

    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Verbose { get; init; }

    public required IReadOnlyList<InformationRecord> Information { get; init; }

    /// <summary>The error that ended the script; <see langword="null"/> when it ran to its end.</summary>
    public ErrorRecord? Terminated { get; init; }

    /// <summary>The one error of the script, whether it ended the script or only a statement.</summary>
    public ErrorRecord Failure => Terminated ?? Assert.Single(Errors);

    /// <summary>Expects one error, with this id, and says what it was when it is another one.</summary>
    /// <param name="id">The id without the cmdlet's name.</param>
    public void AssertFailed(string id) =>
        Assert.True(Failure.FullyQualifiedErrorId.StartsWith(id + ",", StringComparison.Ordinal), $"{Failure.FullyQualifiedErrorId} in place of {id}: {Failure}");

    /// <summary>The output as texts.</summary>
    public IEnumerable<string?> Texts => Output.Select(item => item?.ToString());

    /// <summary>Objects of one type.</summary>
    public IReadOnlyList<T> Of<T>() => [.. Output.OfType<T>()];

    /// <summary>This run, when nothing went wrong.</summary>
    public ScriptRun Checked()
    {
        Assert.True(Terminated is null, $"{Terminated}");
        Assert.True(Errors.Count == 0, string.Join('\n', Errors));
        return this;
    }
}
