using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Buildpacks.Diagnosis.Probe;

namespace Buildpacks.Diagnosis;

/// <summary>What the first container told of where it runs.</summary>
/// <param name="FreeSpace">The free bytes of its file system, which is the engine's store.</param>
/// <param name="OpenFiles">How many files a process may have open.</param>
/// <param name="Processes">How many processes its user may have.</param>
internal sealed partial record ContainerFacts(long FreeSpace, string OpenFiles, string Processes)
{
    /// <summary>The files that tell.</summary>
    public static IReadOnlyList<string> Sources => ["/", "/proc/self/limits"];

    /// <summary>Reads what the container printed.</summary>
    /// <returns>The facts; <see langword="null"/> when it failed.</returns>
    public static ContainerFacts? TryRead(ProbeOutput output)
    {
        if (output.ExitCode != 0 || output.Bytes.Length <= ProbeProgram.FolderFacts)
        {
            return null;
        }

        var blockSize = BinaryPrimitives.ReadInt64LittleEndian(output.Bytes[8..]);
        var available = BinaryPrimitives.ReadInt64LittleEndian(output.Bytes[32..]);
        return new ContainerFacts(blockSize * available, Limit("open files"), Limit("processes"));

        string Limit(string name) =>
            SoftLimit().Matches(output.Text).FirstOrDefault(match => match.Groups[1].Value == name)?.Groups[2].Value ?? "unknown";
    }

    [GeneratedRegex(@"Max ([a-z ]+?) {2,}(\S+)")]
    private static partial Regex SoftLimit();
}
