using Buildpacks.Engines;

namespace Buildpacks.Stores.Archives;

/// <summary>Which form of archive an engine loads without the layers it holds.</summary>
public static class ArchiveForms
{
    /// <summary>The form for an engine. Costs docker one call, podman none.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<ArchiveForm> ForAsync(IContainerEngine engine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (engine.Kind == PackEngineKind.Podman)
        {
            return ArchiveForm.Oci;
        }

        var description = await engine.DescribeAsync(detail: true, cancellationToken).ConfigureAwait(false);
        return description.ContainerdStore ? ArchiveForm.Oci : ArchiveForm.Docker;
    }

    /// <summary>Whether an engine calls its images by their manifests: docker with containerd's store. Costs docker one call, podman none.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal static async Task<bool> KnowsByManifestAsync(IContainerEngine engine, CancellationToken cancellationToken) =>
        engine.Kind == PackEngineKind.Docker && await ForAsync(engine, cancellationToken).ConfigureAwait(false) == ArchiveForm.Oci;
}
