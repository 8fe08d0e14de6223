using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Lifecycle.Tests.Layers;

public class Sha256Tests
{
    public static TheoryData<int> Lengths { get; } = [.. Enumerable.Range(0, 131), 1000, 65536 + 7];

    private delegate void CompressBlocks(ref uint state, in byte blocks, nint count);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void It_agrees_with_the_framework_whatever_the_length(int length)
    {
        var content = Noise(length);
        var hash = new Sha256();
        for (var i = 0; i < length; i += 61)
        {
            hash.Append(content.AsSpan(i, Math.Min(61, length - i)));
        }

        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)), hash.Digest());
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Content_in_one_piece_has_the_same_digest(int length) =>
        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Noise(length))), Sha256.DigestOf(Noise(length)));

    [SkippableFact]
    public void The_processors_instructions_agree_with_plain_arithmetic()
    {
        Requirement.Meet(Requirement.MissingTool("cc"));
        Requirement.Meet(File.ReadLines("/proc/cpuinfo").Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" sha_ni", StringComparison.Ordinal))
            ? null
            : "the processor has no SHA extensions");
        using var folder = new TestFolder();
        ToolRun.Run("cc", ["-O2", "-shared", "-fPIC", "-o", folder["sha256.so"], Path.Combine(AppContext.BaseDirectory, "sha256.c")]).Checked();
        var library = NativeLibrary.Load(folder["sha256.so"]);
        var compress = Marshal.GetDelegateForFunctionPointer<CompressBlocks>(NativeLibrary.GetExport(library, "sha256_compress"));

        foreach (var count in (int[])[1, 2, 3, 17, 1000])
        {
            var blocks = Noise(count * Sha256Blocks.Size);
            uint[] expected = [1, 2, 3, 4, 5, 6, 7, 8];
            uint[] actual = [1, 2, 3, 4, 5, 6, 7, 8];
            Sha256Blocks.CompressPlainly(expected, blocks);
            compress(ref actual[0], in blocks[0], count);
            Assert.Equal(expected, actual);
        }

        NativeLibrary.Free(library);
    }

    private static byte[] Noise(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }
}
