namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Moves what a podman process writes to whoever wants it, so that no pipe ever fills up.</summary>
internal static class ProcessPump
{
    private const int BufferSize = 64 * 1024;

    /// <summary>More than any list of images is: an answer beyond this is no answer.</summary>
    private const long LargestAnswer = 128L * 1024 * 1024;

    /// <summary>Reads standard error to its end. A reader of its lines that throws ends the process.</summary>
    public static async Task CopyErrorsAsync(PodmanProcess process, ErrorTail errors)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            while (await process.ReadErrorAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                errors.Append(buffer.AsSpan(0, count));
            }
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Reads standard output to its end and keeps it.</summary>
    public static async Task<ReadOnlyMemory<byte>> CollectOutputAsync(PodmanProcess process)
    {
        using var collected = new MemoryStream();
        var buffer = new byte[BufferSize];
        while (await process.ReadOutputAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            if (collected.Length + count > LargestAnswer)
            {
                process.Kill();
                throw EngineErrors.Create(
                    PackEngineKind.Podman, PackErrorKind.Failed, process.Command.Operation,
                    $"podman answered with more than {LargestAnswer} bytes", target: process.Command.Target);
            }

            collected.Write(buffer, 0, count);
        }

        return collected.GetBuffer().AsMemory(0, (int)collected.Length);
    }
}
