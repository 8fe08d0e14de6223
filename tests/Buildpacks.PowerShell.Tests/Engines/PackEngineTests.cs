using System.Reflection;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Engines;

[Collection(EngineMachineTests.Name)]
public sealed class PackEngineTests(EngineMachine machine) : IDisposable
{
    private readonly PackSession _session = new();

    [Fact]
    public void Set_PackEngine_without_arguments_is_an_error_that_names_the_choices_and_asks_nothing()
    {
        var record = _session.Run("Set-PackEngine").Failure;

        Assert.StartsWith("EngineMissing,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Set-PackEngine Podman", record.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _session.Dispose();
        machine.RemoveConfiguration();
    }

    [SkippableTheory]
    [InlineData(PackEngineKind.Podman)]
    [InlineData(PackEngineKind.Docker)]
    public void The_session_uses_the_engine_it_was_told(PackEngineKind kind)
    {
        machine.Require(kind);

        var engine = Assert.Single(_session.Run($"Set-PackEngine {kind}; Get-PackEngine").Checked().Of<PackEngine>());

        Assert.Equal((kind, true, true, "linux/amd64"), (engine.Engine, engine.Available, engine.Selected, engine.Platform));
        Assert.NotEmpty(engine.Version!);
        Assert.Equal(kind == PackEngineKind.Podman ? machine.PodmanPath : machine.Docker.Endpoint.OriginalString, engine.Endpoint);
    }

    [SkippableFact]
    public void Two_sessions_do_not_share_a_choice()
    {
        machine.RequireBoth();
        using var other = new PackSession();

        _session.Run("Set-PackEngine Podman").Checked();
        other.Run("Set-PackEngine Docker").Checked();

        Assert.Equal([PackEngineKind.Podman], Kinds(_session.Run("Get-PackEngine")));
        Assert.Equal([PackEngineKind.Docker], Kinds(other.Run("Get-PackEngine")));
    }

    [SkippableFact]
    public void Parallel_blocks_have_choices_of_their_own()
    {
        machine.RequireBoth();

        var run = _session.Run(
            """
            Set-PackEngine Docker
            $manifest = $args[0]
            'Podman', 'Docker', 'Podman', 'Docker' | ForEach-Object -Parallel {
                Import-Module $using:manifest
                $before = (Get-PackEngine -ListAvailable | Where-Object Selected).Engine
                Set-PackEngine $_
                "$_ $((Get-PackEngine).Engine) $before"
            } -ThrottleLimit 2
            (Get-PackEngine).Engine
            """,
            Checkout.Manifest).Checked();

        // A block's runspace is used again for a later block, which must not find the choice of the one before.
        Assert.All(run.Texts.Take(4), line => Assert.Equal(line!.Split(' ')[0], line.Split(' ')[1]));
        Assert.Single(run.Texts.Take(4).Select(line => line!.Split(' ')[2]).Distinct());
        Assert.Equal("Docker", run.Texts.Last());
    }

    [SkippableFact]
    public void The_parameter_wins_over_the_session()
    {
        machine.RequireBoth();

        Assert.Equal([PackEngineKind.Docker], Kinds(_session.Run("Set-PackEngine Podman; Get-PackEngine -Engine Docker")));
        Assert.Equal([PackEngineKind.Podman], Kinds(_session.Run("Get-PackEngine")));
    }

    [SkippableFact]
    public void WhatIf_changes_nothing()
    {
        machine.RequireBoth();
        _session.Run("Set-PackEngine Docker").Checked();

        var shown = _session.Show("Set-PackEngine Podman -Persist -WhatIf");

        Assert.Contains("What if: Performing the operation \"Use Podman\" on target \"this session\".", shown, StringComparison.Ordinal);
        Assert.Contains("on target \"the user's configuration\".", shown, StringComparison.Ordinal);
        Assert.Equal([PackEngineKind.Docker], Kinds(_session.Run("Get-PackEngine")));
        Assert.False(File.Exists(Path.Combine(machine.PackHome, "config.toml")));
    }

    [SkippableFact]
    public void What_is_persisted_holds_for_the_sessions_to_come_until_it_is_taken_back()
    {
        machine.RequireBoth();
        _session.Run("Set-PackEngine Docker -Persist").Checked();
        using var later = new PackSession();

        var engine = Assert.Single(later.Run("Get-PackEngine").Checked().Of<PackEngine>());
        Assert.Equal((PackEngineKind.Docker, true), (engine.Engine, engine.Selected));

        later.Run("Set-PackEngine -Automatic -Persist").Checked();
        Assert.DoesNotContain("engine", File.ReadAllText(Path.Combine(machine.PackHome, "config.toml")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Automatic_takes_the_sessions_choice_back()
    {
        machine.RequireBoth();

        var run = _session.Run("Set-PackEngine Docker; Set-PackEngine -Automatic; Get-PackEngine -ListAvailable").Checked();

        Assert.DoesNotContain(run.Of<PackEngine>(), engine => engine.Source.Contains("session", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_choice_is_shown_on_request()
    {
        machine.Require(PackEngineKind.Podman);

        Assert.Empty(_session.Run("Set-PackEngine Podman").Checked().Output);
        Assert.Equal([PackEngineKind.Podman], Kinds(_session.Run("Set-PackEngine Podman -PassThru")));
    }

    [SkippableFact]
    public void Every_engine_is_listed_with_what_it_says()
    {
        machine.RequireBoth();

        var engines = _session.Run("Get-PackEngine -ListAvailable -Detailed").Checked().Of<PackEngine>();

        Assert.Equal([PackEngineKind.Podman, PackEngineKind.Docker], engines.Select(engine => engine.Engine));
        Assert.All(engines, engine => Assert.True(engine.Available && engine.StorageDriver is not null && engine.Reason is null));
        Assert.Single(engines, engine => engine.Selected);
        Assert.Equal([PackEngineKind.Docker], Kinds(_session.Run("Get-PackEngine -ListAvailable -Engine Docker")));
    }

    [SkippableFact]
    public void A_listed_engine_can_be_piped_to_Set_PackEngine()
    {
        machine.RequireBoth();

        var script = "Get-PackEngine -ListAvailable | Where-Object Engine -eq {0} | Set-PackEngine -PassThru";

        Assert.Equal([PackEngineKind.Podman], Kinds(_session.Run(script.Replace("{0}", "Podman", StringComparison.Ordinal))));
        Assert.Equal([PackEngineKind.Docker], Kinds(_session.Run(script.Replace("{0}", "Docker", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_choice_that_does_not_answer_says_why()
    {
        var record = _session.Run("Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock; Get-PackEngine").Failure;

        Assert.Equal("DockerUnreachable,Buildpacks.Commands.GetPackEngineCommand", record.FullyQualifiedErrorId);
        Assert.Contains("unix:///nowhere/docker.sock", record.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(record.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void An_engine_that_does_not_answer_is_listed_with_its_reason()
    {
        var engine = Assert.Single(
            _session.Run("Get-PackEngine -ListAvailable -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock").Checked().Of<PackEngine>());

        Assert.False(engine.Available);
        Assert.Contains("unix:///nowhere/docker.sock", engine.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void When_no_engine_answers_one_error_lists_what_was_tried()
    {
        using var bare = new ProcessEnvironment().With("PATH", machine.Configuration).With("DOCKER_HOST", "unix:///nowhere/docker.sock");

        var record = _session.Run("Get-PackEngine").Failure;

        Assert.StartsWith("NoEngine,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("podman is not on PATH", record.ToString(), StringComparison.Ordinal);
        Assert.Contains("unix:///nowhere/docker.sock", record.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_did_not_answer_is_remembered_until_an_engine_is_chosen()
    {
        const string Endpoint = "unix:///nowhere/docker.sock";
        _session.Run("Get-PackEngine -ListAvailable -Engine Docker").Checked();
        Remember(_session.Run("$global:__BuildpacksUnresponsiveEngines").Checked().Output[0]!);

        _session.Run("Get-PackEngine -ListAvailable -Engine Docker").Checked();
        Assert.Equal([true], Remembered());

        _session.Run("Set-PackEngine -Automatic; Get-PackEngine -ListAvailable -Engine Docker").Checked();
        Assert.Equal([false], Remembered());

        IEnumerable<object?> Remembered() =>
            _session.Run("$global:__BuildpacksUnresponsiveEngines.Contains('Docker', $args[0])", Endpoint).Checked().Output;

        // Its type is of the module's own load context.
        static void Remember(object engines) =>
            engines.GetType().GetMethod("Add", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(engines, [PackEngineKind.Docker, Endpoint]);
    }

    [Fact]
    public void A_connection_is_podmans()
    {
        var run = _session.Run("Set-PackEngine -Connection build-machine -Verbose");

        Assert.Contains(run.Verbose, message => message.Contains("Use Podman build-machine", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-EngineEndpoint unix:///nowhere/docker.sock", "Use Docker unix:///nowhere/docker.sock")]
    [InlineData("-Endpoint ssh://me@machine/run/podman.sock", "Use Podman ssh://me@machine/run/podman.sock")]
    [InlineData("-EngineEndpoint build-machine -PassThru -Persist", "Use Podman build-machine")]
    [InlineData("Podman", "Use Podman")]
    [InlineData("docker -EngineEndpoint tcp://build:2375", "Use Docker tcp://build:2375")]
    [InlineData("-EngineEndpoint build-machine -Engine Podman", "Use Podman build-machine")]
    public void An_endpoint_is_enough_and_goes_with_an_engine_too(string arguments, string action) =>
        Assert.Contains($"\"{action}\" on target \"this session\"", _session.Show($"Set-PackEngine {arguments} -WhatIf"), StringComparison.Ordinal);

    [SkippableFact]
    public void An_endpoint_that_is_chosen_alone_is_used_and_kept()
    {
        machine.Require(PackEngineKind.Docker);

        var chosen = _session.Run("Set-PackEngine -EngineEndpoint $args[0] -Persist -PassThru", machine.Docker.Endpoint.OriginalString);
        using var later = new PackSession();

        Assert.Equal([PackEngineKind.Docker], Kinds(chosen));
        Assert.Equal(machine.Docker.Endpoint.OriginalString, Assert.Single(later.Run("Get-PackEngine").Checked().Of<PackEngine>()).Endpoint);
    }

    [Theory]
    [InlineData("Set-PackEngine nerdctl", "'nerdctl' is not one of Podman, Docker.")]
    [InlineData("Set-PackEngine ''", "'' is not one of Podman, Docker.")]
    [InlineData("Get-PackEngine -Engine nerdctl", "'nerdctl' is not one of Podman, Docker.")]
    [InlineData("Copy-PackImage app -To nerdctl", "'nerdctl' is not one of Podman, Docker.")]
    [InlineData("Copy-PackImage app -To ''", "'' is not one of Podman, Docker.")]
    [InlineData("Copy-PackImage app -DestinationPath app -Format zip", "'zip' is not one of Layout, OciArchive, DockerArchive.")]
    public void What_is_no_engine_or_format_is_said_in_the_words_of_all_cmdlets(string script, string expected) =>
        Assert.Contains(expected, _session.Run(script).Failure.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Engines_are_offered_by_Tab() =>
        Assert.Equal(["Docker", "Podman"], _session.Complete("Set-PackEngine -Engine "));

    private static IEnumerable<PackEngineKind> Kinds(ScriptRun run) => run.Checked().Of<PackEngine>().Select(engine => engine.Engine);
}
