namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// What an <see cref="ArchiveWriter"/> writes to. When podman stops reading, the rest goes nowhere: whether that is a failure
/// is for podman's exit code to say, not for a broken pipe.
/// </summary>
internal sealed class ProcessInputStream(PodmanProcess process) : Stream
{
    private static readonly TimeSpan EndPeriod = TimeSpan.FromSeconds(1);

    private bool _broken;

    /// <summary>Whether podman failed before it read all input; writing on is of no use then, so that writes fail.</summary>
    public bool Refused { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => process.BytesSent;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_broken)
        {
            try
            {
                await process.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (IOException)
            {
                _broken = true;
                await Task.WhenAny(process.Exit, Task.Delay(EndPeriod, cancellationToken)).ConfigureAwait(false);
                Refused = process.Failed;
            }
        }

        if (Refused)
        {
            throw new IOException("podman failed before it read all input");
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
