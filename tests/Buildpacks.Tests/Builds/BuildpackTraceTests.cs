using System.Text;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Running;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Reporting;

namespace Buildpacks.Tests.Builds;

/// <summary>Which buildpack failed, as the output of lifecycles tells it.</summary>
public sealed class BuildpackTraceTests : IPackSink
{
    private const string Group =
        "===> ANALYZING\n===> DETECTING\n3 of 5 buildpacks participating\nexample/certificates 3.6.3\nexample/engine       1.10.0\nexample/procfile     5.0.1\n===> RESTORING\n===> BUILDING\n";

    private static readonly Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>> Held = new()
    {
        ["example/certificates"] = new Dictionary<string, ModuleLayer> { ["3.6.3"] = new() { Name = "Example Buildpack for Certificates" } },
        ["example/engine"] = new Dictionary<string, ModuleLayer> { ["1.9.0"] = new(), ["1.10.0"] = new() { Name = "Example Buildpack for Engines" } },
        ["example/procfile"] = new Dictionary<string, ModuleLayer> { ["5.0.1"] = new() },
    };

    void IPackSink.Log(PackLogLevel level, string category, string message)
    {
    }

    void IPackSink.Progress(PackProgress progress)
    {
    }

    void IPackSink.Output(PackOutputLine line)
    {
    }

    [Theory]
    [InlineData("Example Buildpack for Certificates 3.6.3\n  https://example.com\n", "example/certificates@3.6.3")]
    [InlineData("Example Buildpack for Certificates 3.6.3\n\u001b[34m\u001b[1mExample Buildpack for Engines\u001b[0m 1.10.0\n", "example/engine@1.10.0")]
    [InlineData("=== Engines (example/engine@1.10.0) ===\n", "example/engine@1.10.0")]
    [InlineData("[Example Buildpack for Engines]\nexample/procfile 5.0.1\nExample Buildpack for Certificates is thanked\n", "example/procfile@5.0.1")]
    [InlineData("Running build for buildpack example/engine@1.10.0\nLooking up buildpack\n", "example/engine@1.10.0")]
    [InlineData("no heading at all\n", null)]
    public void The_last_buildpack_that_announced_itself_is_the_one_that_failed(string text, string? expected)
    {
        var trace = Read(Group + text + "last words\nERROR: failed to build: exit status 9\n");

        Assert.Equal(expected, trace.Last?.ToString());
        Assert.Equal(9, trace.ExitCode);
        Assert.Equal("last words", trace.LastLines[^1]);
        Assert.Equal(["example/certificates@3.6.3", "example/engine@1.10.0", "example/procfile@5.0.1"], trace.Group.Select(member => member.ToString()));
    }

    [Theory]
    [InlineData("", "example_certificates example_engine group.toml", "example/engine@1.10.0")]
    [InlineData("Restoring metadata for \"example/certificates:cert\" from app image\n", "example_certificates example_engine", "example/engine@1.10.0")]
    [InlineData("Restoring data for \"example/engine:engine\" from cache\n", "example_certificates example_engine", null)]
    [InlineData("", "group.toml", null)]
    public void The_last_buildpack_with_a_folder_that_was_not_restored_is_the_one_that_failed(string restoring, string folders, string? expected)
    {
        var trace = Read(Group.Replace("===> BUILDING\n", restoring + "===> BUILDING\n", StringComparison.Ordinal) + "words\nERROR: failed to build: exit status 9\n");

        trace.TakeLayers(folders.Split(' '));

        Assert.Equal(expected, trace.Last?.ToString());
    }

    [Fact]
    public void The_only_buildpack_of_a_group_is_the_one_that_failed()
    {
        var trace = Read("===> DETECTING\nexample/procfile 5.0.1\n===> BUILDING\nERROR: failed to build: signal: killed\n");

        Assert.Equal(("example/procfile", "5.0.1"), (trace.Last?.Id, trace.Last?.Version));
        Assert.Null(trace.ExitCode);
    }

    [Fact]
    public void A_lifecycle_may_name_the_buildpack_that_failed()
    {
        var trace = Read(Group + "ERROR: failed to build: buildpack example/engine@1.10.0 failed with exit code 4\n");

        Assert.Equal(("example/engine@1.10.0", 4), (trace.Last?.ToString(), trace.ExitCode));
    }

    [Theory]
    [InlineData("example/engine 2.0.0")]
    [InlineData("other/buildpack 1.10.0")]
    [InlineData("example/engine 1.10.0 more")]
    public void A_line_that_names_no_buildpack_of_the_builder_is_no_member(string line) =>
        Assert.Empty(Read($"===> DETECTING\n{line}\n===> BUILDING\n").Group);

    [Fact]
    public void A_failure_names_the_buildpack_its_exit_code_and_its_last_words()
    {
        var output = Write(Group + "Example Buildpack for Engines 1.10.0\n", "first\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"error {i}\n")) + new string('x', 1000) + "\nERROR: failed to build: exit status 3\n");

        var failure = LifecycleFailure.Create(51, output.Phase, output.LastLines, "app", output.Buildpacks);

        Assert.Equal(("BuildpackFailed", "building", 51), (failure.ErrorId, failure.Phase, failure.ExitCode));
        Assert.Equal(("example/engine", "1.10.0", 3), (failure.BuildpackId, failure.BuildpackVersion, failure.BuildpackExitCode));
        Assert.StartsWith(
            "The build of 'app' failed while building: the buildpack example/engine@1.10.0 failed with exit code 3 (exit code 51 of the lifecycle). Its last lines:\n  error 26\n",
            failure.Message, StringComparison.Ordinal);
        Assert.Equal(10, failure.BuildpackOutput!.Split('\n').Length);
        Assert.True(failure.BuildpackOutput.Length < 1000);
        Assert.DoesNotContain("ERROR: failed to build", failure.BuildpackOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_one_of_several_names_them_all()
    {
        var output = Write(Group + "words\nERROR: failed to build: exit status 1\n", "");

        var failure = LifecycleFailure.Create(51, output.Phase, output.LastLines, "app", output.Buildpacks);

        Assert.Null(failure.BuildpackId);
        Assert.Contains(
            "one of the buildpacks example/certificates@3.6.3, example/engine@1.10.0, example/procfile@5.0.1 failed with exit code 1", failure.Message, StringComparison.Ordinal);
        Assert.Equal("words", failure.BuildpackOutput);
    }

    [Fact]
    public void A_failure_in_detection_names_the_buildpack_its_exit_code_and_its_last_words()
    {
        const string Results = "======== Results ========\npass: example/certificates@3.6.3\nerr:  example/engine@1.10.0 (3)\nERROR: No buildpack groups passed detection.\nERROR: failed to detect: buildpack(s) failed with err\n";
        var output = Write("===> DETECTING\n======== Output: example/certificates@3.6.3 ========\nwords of another\n======== Output: example/engine@1.10.0 ========\nerr:  example/certificates@3.6.3 (1)\n\nno version given\n" + Results, "");

        var failure = LifecycleFailure.Create(21, output.Phase, output.LastLines, "app", output.Buildpacks);

        Assert.Equal(("DetectFailed", "detecting", 21), (failure.ErrorId, failure.Phase, failure.ExitCode));
        Assert.Equal(
            ("example/engine", "1.10.0", 3, "err:  example/certificates@3.6.3 (1)\nno version given"),
            (failure.BuildpackId, failure.BuildpackVersion, failure.BuildpackExitCode, failure.BuildpackOutput));
        Assert.Equal(
            "The build of 'app' failed while detecting: no group of buildpacks passed detection, and the buildpack example/engine@1.10.0 (exit code 3) failed (exit code 21 of the lifecycle). "
            + "The last lines of example/engine@1.10.0:\n  err:  example/certificates@3.6.3 (1)\n  no version given", failure.Message);
    }

    [Fact]
    public void A_failure_in_detection_names_all_buildpacks_that_failed_each_once()
    {
        const string Group = "======== Error: example/engine@1.10.0 ========\nit cannot be run here\n======== Results ========\nerr:  example/engine@1.10.0\nerr:  example/procfile@5.0.1 (2)\n";
        var output = Write("===> DETECTING\n" + Group + Group, "");

        var failure = LifecycleFailure.Create(21, output.Phase, output.LastLines, "app", output.Buildpacks);

        Assert.Contains("these buildpacks failed: example/engine@1.10.0, example/procfile@5.0.1 (exit code 2) (", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("example/engine", null, "it cannot be run here"), (failure.BuildpackId, failure.BuildpackExitCode, failure.BuildpackOutput));
    }

    [Fact]
    public void Without_the_results_of_detection_the_output_is_named()
    {
        var output = Write("===> DETECTING\nERROR: No buildpack groups passed detection.\n", "");

        var failure = LifecycleFailure.Create(21, output.Phase, output.LastLines, "app", output.Buildpacks);

        Assert.Null(failure.BuildpackId);
        Assert.Contains("at least one buildpack failed during detection", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("crun: executable file `/cnb/lifecycle/creator` not found: No such file or directory", true)]
    [InlineData("OCI runtime create failed: exec: \"/cnb/lifecycle/creator\": stat /cnb/lifecycle/creator: no such file or directory", true)]
    [InlineData("exec /bin/sh: no such file or directory", true)]
    [InlineData("exec /cnb/lifecycle/creator: exec format error", true)]
    [InlineData("crun: open `/proc/5633/ns/net`: No such file or directory: OCI runtime attempted to invoke a command that was not found", false)]
    [InlineData("error mounting \"/srv/x\" to rootfs at \"/data\": stat /srv/x: no such file or directory", false)]
    public void A_container_that_does_not_start_lacks_its_program_only_when_the_engine_names_it(string words, bool expected) =>
        Assert.Equal(expected, LifecycleFailure.IsMissing(new PackException("EngineFailed", PackErrorKind.Failed, "Podman ContainerAttach failed: " + words)));

    private BuildpackTrace Read(string text) => Write(text, "").Buildpacks;

    private LifecycleOutput Write(string text, string errors)
    {
        var output = new LifecycleOutput(this, new PhaseClock(), SecretMask.None) { Buildpacks = new BuildpackTrace(Held) };
        output.Write(isError: false, Encoding.UTF8.GetBytes(text));
        output.Write(isError: true, Encoding.UTF8.GetBytes(errors));
        output.Complete();
        return output;
    }
}
