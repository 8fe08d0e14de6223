using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Layouts;

/// <summary>A folder with one OCI layout an image, each at the path that its name gives.</summary>
/// <param name="root">The folder of layouts.</param>
/// <param name="names">Reads image names.</param>
internal sealed class LayoutImageStore(string root, ImageNameParser names) : IImageStore
{
    /// <inheritdoc/>
    public string Place => $"in the folder of layouts '{root}'";

    /// <inheritdoc/>
    public string NameOf(string name) => Locate(name).Path;

    /// <inheritdoc/>
    public Task<ExistingImage?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var layout = Locate(name);
        return Task.FromResult(layout.Exists ? layout.Read(name) : null);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenLayerAsync(ExistingImage image, string diffId, CancellationToken cancellationToken)
    {
        var layout = new LayoutFolder(image.Folder!);
        var digest = image.FindLayer(diffId)?.Digest;
        return Task.FromResult(digest is not null && layout.HasBlob(digest) ? LayerStream.Open(layout.BlobPath(digest)) : null);
    }

    /// <inheritdoc/>
    public IImageExport StartExport(string name, ExistingImage runImage, ExistingImage? previous) =>
        new LayoutExport(Locate, TagOf, name, runImage, previous);

    /// <inheritdoc/>
    public Task KeepAliveAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private LayoutFolder Locate(string name) =>
        new(LayoutIdentifier.Folder(name) ?? Path.Combine(root, LayoutPath.For(names.Parse(name))));

    private string TagOf(string name) => names.Parse(name) is var reference && reference.Tag is { } tag ? tag : reference.Digest!;
}
