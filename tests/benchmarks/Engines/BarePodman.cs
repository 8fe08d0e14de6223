using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Benchmarks.Engines;

/// <summary>podman's command line.</summary>
internal sealed class BarePodman(PodmanFixture podman) : BareEngine
{
    private const string TarIntoContainer = """tar -c -C "$1" . | "$2" cp - "$3":/""";

    /// <inheritdoc/>
    public override string Way => "podman by hand";

    /// <inheritdoc/>
    public override Task RunAsync(string container) => CheckAsync(podman.RunAsync("start", "--attach", container));

    /// <inheritdoc/>
    public override Task UploadAsync(string folder, string container) => CheckAsync(ToolRun.RunAsync(
        "/bin/sh", ["-c", TarIntoContainer, "sh", folder, podman.Executable, container], podman.Environment));

    /// <inheritdoc/>
    public override Task LoadAsync(string archive) => CheckAsync(podman.RunAsync("load", "--quiet", "--input", archive));

    /// <inheritdoc/>
    public override Task ListAsync() => CheckAsync(podman.RunAsync("images", "--format", "json"));

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private static async Task CheckAsync(Task<ToolResult> run) => (await run).Checked();
}
