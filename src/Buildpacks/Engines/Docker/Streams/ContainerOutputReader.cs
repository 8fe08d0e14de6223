using System.Buffers.Binary;
using Buildpacks.IO;

namespace Buildpacks.Engines.Docker.Streams;

/// <summary>
/// Takes apart the stream in which docker sends stdout and stderr: frames with a head of eight bytes, the first the stream's number
/// and the last four the length.
/// </summary>
internal sealed class ContainerOutputReader(Stream stream, IContainerOutput output, Task ended)
{
    private const int HeadLength = 8;
    private const int BufferSize = 1 << 16;
    private const byte StandardError = 2;

    /// <summary>How long nothing may come after the container's end before the stream is taken to have ended too.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Reads until the stream ends, or the container has ended and nothing more comes.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EndOfStreamException">The stream ended within a frame.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[HeadLength];
        var buffer = new byte[BufferSize];
        while (await FillAsync(head, cancellationToken).ConfigureAwait(false))
        {
            var left = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4));
            while (left > 0)
            {
                var count = await ReadSomeAsync(buffer.AsMemory(0, (int)Math.Min(left, BufferSize)), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    throw BrokeOff();
                }

                output.Write(head[0] == StandardError, buffer.AsSpan(0, count));
                left -= (uint)count;
            }
        }
    }

    /// <summary>Reads a frame's head.</summary>
    /// <returns><see langword="false"/> when there is no further frame.</returns>
    private async Task<bool> FillAsync(Memory<byte> head, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < head.Length;)
        {
            var count = await ReadSomeAsync(head[filled..], cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return filled == 0 ? false : throw BrokeOff();
            }

            filled += count;
        }

        return true;
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>0 at the end.</returns>
    private async Task<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var reading = stream.ReadAsync(buffer, cancellationToken).AsTask();
        if (await Task.WhenAny(reading, ended).ConfigureAwait(false) == reading)
        {
            return await reading.ConfigureAwait(false);
        }

        // A process that shares more than the container with the machine may outlive it and hold its output open.
        return await QuietRead.FinishAsync(reading, Grace, cancellationToken).ConfigureAwait(false);
    }

    private static EndOfStreamException BrokeOff() => new("the container's output was interrupted");
}
