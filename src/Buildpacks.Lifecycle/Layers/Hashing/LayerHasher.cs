namespace Buildpacks.Lifecycle.Layers.Hashing;

/// <summary>Finds a layer's diffID, with or without writing the layer.</summary>
internal static class LayerHasher
{
    private const int FileBuffer = 1 << 18;

    /// <summary>The diffID of a layer that is not written anywhere.</summary>
    public static string DiffId(LayerSource layer) => Write(layer, Stream.Null);

    /// <summary>Writes a layer to a file that must not exist and returns its diffID.</summary>
    public static string WriteFile(LayerSource layer, string path) =>
        Write(layer, new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileBuffer));

    private static string Write(LayerSource layer, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(layer);
        using var hashing = new HashingStream(destination);
        using (var archive = new LayerArchive(hashing))
        {
            layer.WriteTo(archive);
        }

        hashing.Flush();
        return hashing.Digest();
    }
}
