using System.Text;

namespace Buildpacks.Lifecycle.Images.Http;

/// <summary>Reads an answer's lines and bytes from one buffer.</summary>
/// <param name="connection">The connection.</param>
internal sealed class AnswerReader(Stream connection)
{
    private const int LongestLine = 1 << 16;

    private readonly byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;

    /// <summary>Reads a line without its end.</summary>
    /// <exception cref="IOException">The server hung up within it, or the line has no end.</exception>
    public async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            if (start == end && !await FillAsync(cancellationToken))
            {
                throw new IOException("the server closed the connection");
            }

            var character = (char)buffer[start++];
            if (character == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(character);
        }

        throw new IOException("the server sent a header that has no end");
    }

    /// <summary>Reads bytes.</summary>
    /// <returns>How many; 0 when the server hung up.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        if (start == end)
        {
            return await connection.ReadAsync(target, cancellationToken);
        }

        var count = Math.Min(target.Length, end - start);
        buffer.AsMemory(start, count).CopyTo(target);
        start += count;
        return count;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        start = 0;
        end = await connection.ReadAsync(buffer, cancellationToken);
        return end > 0;
    }
}
