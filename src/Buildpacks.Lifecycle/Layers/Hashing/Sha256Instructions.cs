using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Buildpacks.Lifecycle.Layers.Hashing;

/// <summary>
/// The SHA instructions of x86-64, seven times as fast as plain arithmetic. The framework has no names for them, so they
/// are called from a few lines of C (Native/sha256.c) that are linked into the program. A processor that has them has
/// the older vector instructions too.
/// </summary>
internal static partial class Sha256Instructions
{
    private const int ShaExtensions = 1 << 29;

    /// <summary>Whether the processor has them and the C is linked in: it is not when the program runs unpublished.</summary>
    public static bool AreSupported { get; } =
        !RuntimeFeature.IsDynamicCodeSupported
        && X86Base.X64.IsSupported
        && (X86Base.CpuId(7, 0).Ebx & ShaExtensions) != 0;

    /// <summary>Takes blocks into a state.</summary>
    /// <param name="state">The first of eight words.</param>
    /// <param name="blocks">The first byte of the first block.</param>
    /// <param name="count">How many blocks.</param>
    [LibraryImport("sha256", EntryPoint = "sha256_compress")]
    public static partial void Compress(ref uint state, in byte blocks, nint count);
}
