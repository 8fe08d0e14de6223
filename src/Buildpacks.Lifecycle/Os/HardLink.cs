using System.Runtime.InteropServices;

namespace Buildpacks.Lifecycle.Os;

/// <summary>Second names for a file, so that a big file is not written again.</summary>
internal static class HardLink
{
    /// <summary>Gives a file a second name; copies it where the file system has no links between the two places. What the second name was before is replaced.</summary>
    /// <exception cref="IOException">Neither worked; the message names both.</exception>
    public static void CreateOrCopy(string existing, string second)
    {
        File.Delete(second);
        if (Libc.Link(existing, second) == 0)
        {
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        try
        {
            File.Copy(existing, second);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"cannot link '{existing}' to '{second}' ({Marshal.GetPInvokeErrorMessage(error)}) nor copy it: {e.Message}", e);
        }
    }
}
