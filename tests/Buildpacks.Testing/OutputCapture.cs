using System.Text;
using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Testing;

/// <summary>Keeps what a container writes.</summary>
public sealed class OutputCapture : IContainerOutput
{
    private readonly Lock _gate = new();
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    /// <summary>What came on standard output.</summary>
    public string Output => Text(_output);

    /// <summary>What came on standard error.</summary>
    public string Error => Text(_error);

    /// <summary>How many bytes came on standard output.</summary>
    public long OutputLength
    {
        get
        {
            lock (_gate)
            {
                return _output.Length;
            }
        }
    }

    /// <inheritdoc/>
    public void Write(bool isError, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            (isError ? _error : _output).Write(bytes);
        }
    }

    private string Text(MemoryStream stream)
    {
        lock (_gate)
        {
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}
