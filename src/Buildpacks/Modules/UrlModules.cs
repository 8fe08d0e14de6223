using Buildpacks.Descriptors;

namespace Buildpacks.Modules;

/// <summary>Modules in a file that is downloaded.</summary>
/// <param name="address">The address of the file.</param>
/// <param name="downloader">Downloads it, unless it is kept.</param>
internal sealed class UrlModules(DownloadAddress address, Downloader downloader) : IModuleSource
{
    /// <inheritdoc/>
    public string Name => address.Shown;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BuilderModule>> ReadAsync(ModuleKind kind, CancellationToken cancellationToken)
    {
        var path = await downloader.GetAsync(address, cancellationToken).ConfigureAwait(false);
        return await new PathModules(path, address.Shown).ReadAsync(kind, cancellationToken).ConfigureAwait(false);
    }
}
