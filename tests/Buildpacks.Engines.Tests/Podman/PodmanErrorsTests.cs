using Buildpacks.Engines.Podman.Cli;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>podman's words mean the same sort of failure in every recorded version.</summary>
public sealed class PodmanErrorsTests
{
    private static readonly (string Arguments, PackErrorKind Kind)[] Expected =
    [
        ("image inspect -- -x", PackErrorKind.InvalidInput),
        ("image history -- missing", PackErrorKind.NotFound),
        ("image tag -- missing", PackErrorKind.NotFound),
        ("image tag -- docker.io/library/full:1 Not A Name", PackErrorKind.InvalidInput),
        ("image rm -- missing", PackErrorKind.NotFound),
        ("image rm -- docker.io/library/missing:1", PackErrorKind.NotFound),
        ("image rm -- docker.io/library/full:1", PackErrorKind.Conflict),
        ("image rm -- ID", PackErrorKind.Conflict),
        ("image save", PackErrorKind.NotFound),
        ("image load", PackErrorKind.Failed),
        ("image pull", PackErrorKind.Unreachable),
        ("volume create -- plain", PackErrorKind.Conflict),
        ("volume create -- -x", PackErrorKind.InvalidInput),
        ("volume rm -- missing", PackErrorKind.NotFound),
        ("volume rm -- plain", PackErrorKind.Conflict),
        ("create --pull=never --name=waiting", PackErrorKind.Conflict),
        ("create --pull=never --name=-x", PackErrorKind.InvalidInput),
        ("create --pull=never -- missing", PackErrorKind.NotFound),
        ("create --pull=never --mount", PackErrorKind.InvalidInput),
        ("create --pull=never --network", PackErrorKind.NotFound),
        ("container inspect", PackErrorKind.NotFound),
        ("start -- missing", PackErrorKind.NotFound),
        ("start --attach -- missing", PackErrorKind.NotFound),
        ("start -- unstartable", PackErrorKind.Failed),
        ("start --attach -- unstartable", PackErrorKind.Failed),
        ("attach -- ended", PackErrorKind.Conflict),
        ("wait", PackErrorKind.NotFound),
        ("rm -- missing", PackErrorKind.NotFound),
        ("rm -- running", PackErrorKind.Conflict),
        ("cp -- missing:/x -", PackErrorKind.NotFound),
        ("cp -- ended:/no/such/file -", PackErrorKind.NotFound),
        ("cp -- - missing:/x", PackErrorKind.NotFound),
        ("cp -- - ended:/no/such/folder", PackErrorKind.NotFound),
        ("--url=unix:///nowhere/podman.sock version", PackErrorKind.Unreachable),
        ("--connection=missing version", PackErrorKind.Unreachable),
        ("frobnicate", PackErrorKind.Unsupported),
        ("version --frobnicate", PackErrorKind.Unsupported),
    ];

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void Every_recorded_failure_has_its_kind(Recording recording)
    {
        var failures = recording.Failures;
        foreach (var (arguments, kind) in Expected)
        {
            var failure = failures.First(failure => failure.Arguments.StartsWith(arguments, StringComparison.Ordinal) && failure.ExitCode != 0);
            var actual = PodmanErrors.Create(new PodmanCommand("Test"), failure.ExitCode, failure.Words);

            Assert.True(kind == actual.Kind, $"podman {failure.Arguments}: expected {kind}, got {actual.Kind}: {failure.Words}");
            Assert.DoesNotContain("Error: ", actual.Message, StringComparison.Ordinal);
            Assert.Equal(failure.ExitCode, actual.ExitCode);
        }
    }

    [Theory]
    [InlineData("Error: writing blob: storing blob to file \"/var/tmp/storage1/1\": write /var/tmp/storage1/1: no space left on device", PackErrorKind.NoSpace)]
    [InlineData("Error: initializing source docker://127.0.0.1:5000/x:1: reading manifest 1 in 127.0.0.1:5000/x: unauthorized: authentication required", PackErrorKind.Unauthorized)]
    [InlineData("Error: initializing source docker://127.0.0.1:5000/x:1: reading manifest 1 in 127.0.0.1:5000/x: manifest unknown: manifest unknown", PackErrorKind.NotFound)]
    [InlineData("Error: choosing an image from manifest list docker://x: no image found in manifest list for architecture s390x, variant \"\", OS linux", PackErrorKind.Unsupported)]
    [InlineData("something nobody has seen", PackErrorKind.Failed)]
    [InlineData("", PackErrorKind.Failed)]
    public void Words_of_registries_and_disks_have_their_kind(string words, PackErrorKind kind) =>
        Assert.Equal(kind, PodmanErrors.KindOf(words));

    [Fact]
    public void Warnings_and_progress_are_no_part_of_the_words()
    {
        const string said = """
            time="2026-01-01T00:00:00Z" level=warning msg="Error validating CNI config file"
            Getting image source signatures
            Copying blob sha256:1234
            Error: payload does not match any of the supported image formats:
             * oci: no
             * dir: no

            """;

        Assert.Equal("payload does not match any of the supported image formats:\n * oci: no\n * dir: no", PodmanErrors.WordsOf(said));
    }

    [Fact]
    public void A_silent_failure_says_its_exit_code()
    {
        var failure = PodmanErrors.Create(new PodmanCommand("ImageLoad"), 42, "");

        Assert.Contains("42", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_by_a_signal_says_which()
    {
        var failure = PodmanErrors.Create(new PodmanCommand("ImageLoad"), 137, "");

        Assert.Contains("killed by signal 9", failure.Message, StringComparison.Ordinal);
        Assert.Equal(137, failure.ExitCode);
    }
}
