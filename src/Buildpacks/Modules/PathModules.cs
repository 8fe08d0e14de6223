using Buildpacks.Descriptors;
using Buildpacks.Oci;

namespace Buildpacks.Modules;

/// <summary>
/// Modules in a folder or a file of this machine: a folder, a zip file or a tar, compressed with gzip or not, that has a descriptor at its
/// root; or a package, which is an OCI layout in a folder or a tar.
/// </summary>
/// <param name="path">The folder or file.</param>
/// <param name="name">Where it is, as messages name it.</param>
internal sealed class PathModules(string path, string? name = null) : IModuleSource
{
    /// <inheritdoc/>
    public string Name => name ?? path;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BuilderModule>> ReadAsync(ModuleKind kind, CancellationToken cancellationToken)
    {
        var content = Open();
        return await IsPackageAsync(content, cancellationToken).ConfigureAwait(false)
            ? await new PackageFile(content).ReadAsync(kind, cancellationToken).ConfigureAwait(false)
            : [await ModuleReader.ReadAsync(content, kind, cancellationToken).ConfigureAwait(false)];
    }

    private IContentSource Open()
    {
        try
        {
            return Directory.Exists(path) ? new FolderContent(path)
                : ZipContent.IsZip(path) ? new ZipContent(path, Name)
                : ArchiveContent.OfFile(path, PackErrorIds.BuildpackArchiveInvalid, Name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackException(PackErrorIds.BuildpackArchiveInvalid, PackErrorKind.InvalidInput, $"{Name} cannot be opened: {exception.Message.TrimEnd('.')}.", exception)
            {
                Target = Name,
                RecommendedAction = "Check the path and the permissions of the file.",
            };
        }
    }

    private async Task<bool> IsPackageAsync(IContentSource content, CancellationToken cancellationToken) => content switch
    {
        FolderContent => File.Exists(Path.Combine(path, LayoutPath.MarkerFile)) && File.Exists(Path.Combine(path, LayoutPath.IndexFile)),
        ZipContent => false,
        _ => await PackageFile.IsPackageAsync(content, cancellationToken).ConfigureAwait(false),
    };
}
