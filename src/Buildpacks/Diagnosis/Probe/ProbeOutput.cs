using System.Buffers;
using System.Text;
using Buildpacks.Engines;

namespace Buildpacks.Diagnosis.Probe;

/// <summary>What a probe printed.</summary>
internal sealed class ProbeOutput : IContainerOutput
{
    private const int Enough = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly ArrayBufferWriter<byte> _error = new();

    /// <summary>The container's exit code.</summary>
    public int ExitCode { get; set; }

    /// <summary>What it printed, as it is.</summary>
    public ReadOnlySpan<byte> Bytes => _out.WrittenSpan;

    /// <summary>What it printed, as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>What came on standard error: nothing of the probe's, so it is the engine's.</summary>
    public string Error => Encoding.UTF8.GetString(_error.WrittenSpan).Trim();

    /// <inheritdoc/>
    public void Write(bool isError, ReadOnlySpan<byte> bytes)
    {
        var buffer = isError ? _error : _out;
        buffer.Write(bytes[..Math.Min(bytes.Length, Enough - buffer.WrittenCount)]);
    }
}
