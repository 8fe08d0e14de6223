namespace Buildpacks.Stores.Loopback;

/// <summary>How much the registry of a build takes. Its clients are lifecycles, and whatever else runs on this machine.</summary>
internal sealed record LoopbackLimits
{
    /// <summary>The bytes of all blobs together.</summary>
    public long Bytes { get; init; } = 64L << 30;

    /// <summary>The bytes of one blob: more than the size field of a tar entry holds.</summary>
    public long BlobBytes { get; init; } = (8L << 30) - 1;

    /// <summary>The blobs that have data. Each is an open file.</summary>
    public int Blobs { get; init; } = 512;

    /// <summary>The uploads that have begun and not ended.</summary>
    public int Uploads { get; init; } = 32;

    /// <summary>The connections at one time.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>How long a client may send and take nothing.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(2);
}
