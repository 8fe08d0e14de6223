using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Diagnosis.Probe;

/// <summary>A layer with one file, held in memory: the folder for temporary files may be what is wrong.</summary>
internal sealed class ProbeLayer
{
    private readonly byte[] _tar;

    private ProbeLayer(byte[] tar) => (_tar, DiffId) = (tar, OciDigest.Of(tar));

    /// <summary>The digest of the layer's tar.</summary>
    public string DiffId { get; }

    /// <summary>Makes a layer.</summary>
    /// <param name="path">The file's path, without a leading slash.</param>
    /// <param name="content">Its content.</param>
    /// <param name="executable">Whether it can be run.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    public static async Task<ProbeLayer> CreateAsync(string path, byte[] content, bool executable, CancellationToken cancellationToken)
    {
        using var tar = new MemoryStream();
        var writer = new LayerTar(tar);
        await using (writer.ConfigureAwait(false))
        {
            using var file = new MemoryStream(content, writable: false);
            await writer.WriteFileAsync(path, executable, file, cancellationToken).ConfigureAwait(false);
        }

        return new ProbeLayer(tar.ToArray());
    }

    /// <summary>Puts the layer into an archive.</summary>
    /// <returns>The layer as the archive has it.</returns>
    public async Task<ArchiveLayer> WriteToAsync(ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(_tar, writable: false);
        await archive.WriteBlobAsync(DiffId, _tar.Length, content, cancellationToken).ConfigureAwait(false);
        return new ArchiveLayer
        {
            DiffId = DiffId,
            Blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = DiffId, Size = _tar.Length },
        };
    }
}
