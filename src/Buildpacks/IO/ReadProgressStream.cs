namespace Buildpacks.IO;

/// <summary>Tells how many bytes were read.</summary>
/// <param name="source">The stream; not closed.</param>
/// <param name="progress">Told the number of bytes so far after each read; may be <see langword="null"/>.</param>
internal sealed class ReadProgressStream(Stream source, IProgress<long>? progress) : ForwardStream
{
    private long _read;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        progress?.Report(_read += count);
        return count;
    }
}
