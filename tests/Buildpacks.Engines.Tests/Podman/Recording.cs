using Buildpacks.Engines.Podman.Cli;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>What one version of podman answered when it was asked (see Recorded/record.sh).</summary>
public sealed record Recording(string Version)
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Podman", "Recorded");

    /// <summary>The versions that were recorded.</summary>
    public static TheoryData<Recording> All =>
        new(Directory.EnumerateDirectories(Root).Select(folder => new Recording(Path.GetFileName(folder))).OrderBy(recording => recording.Version));

    /// <summary>podman's words and exit codes for commands that failed.</summary>
    public IReadOnlyList<RecordedFailure> Failures => RecordedFailure.ReadAll(File.ReadAllLines(PathOf("failures.txt")));

    /// <summary>An answer, as if podman had just given it.</summary>
    internal PodmanResult Answer(string name) =>
        new(new PodmanCommand(name), 0, File.ReadAllBytes(PathOf(name + ".json")), "");

    /// <inheritdoc/>
    public override string ToString() => Version;

    private string PathOf(string file) => Path.Combine(Root, Version, file);
}
