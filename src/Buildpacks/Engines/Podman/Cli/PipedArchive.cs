using Buildpacks.IO;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>The last part of podman's standard output as a stream. Its end is podman's end: the read that would return 0 throws when podman failed.</summary>
/// <param name="process">The process; not ended by disposing.</param>
/// <param name="finish">Waits for podman's end; throws when that is a failure.</param>
internal sealed class PipedArchive(PodmanProcess process, Func<Task> finish) : ForwardStream
{
    private bool _ended;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended || buffer.IsEmpty)
        {
            return 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var registration = cancellationToken.Register(process.Kill);
        await using (registration.ConfigureAwait(false))
        {
            var count = await process.ReadOutputAsync(buffer).ConfigureAwait(false);
            if (count == 0)
            {
                await finish().ConfigureAwait(false);
                _ended = true;
            }

            return count;
        }
    }
}
