namespace Buildpacks.Engines;

/// <summary>Takes what a container writes.</summary>
public interface IContainerOutput
{
    /// <summary>Bytes of one stream, cut wherever the engine cut them.</summary>
    /// <param name="isError">Whether they came on standard error.</param>
    /// <param name="bytes">The bytes; valid during the call only.</param>
    void Write(bool isError, ReadOnlySpan<byte> bytes);
}
