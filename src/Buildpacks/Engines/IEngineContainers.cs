namespace Buildpacks.Engines;

/// <summary>The containers of an engine. Data goes in and out as tar streams, so no path of this machine needs to exist on the engine's side.</summary>
/// <remarks>Errors and cancellation are those of <see cref="IEngine"/>.</remarks>
public interface IEngineContainers
{
    /// <summary>The containers that carry a label, running or not.</summary>
    Task<IReadOnlyList<ContainerSummary>> ListAsync(string label, CancellationToken cancellationToken);

    /// <summary>Makes a container, not started. Named volumes that do not exist are made.</summary>
    /// <returns>The container's id.</returns>
    Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar stream into a container, running or not. Owners and modes are those of the tar.</summary>
    /// <param name="container">Id or name.</param>
    /// <param name="path">An existing folder of the container.</param>
    /// <param name="writeArchive">Writes the tar to the stream it is given.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CopyToAsync(string container, string path, ArchiveWriter writeArchive, CancellationToken cancellationToken) =>
        CopyToAsync(container, path, writeArchive, overwrite: false, cancellationToken);

    /// <summary>Unpacks a tar stream into a container, running or not. Owners and modes are those of the tar.</summary>
    /// <param name="container">Id or name.</param>
    /// <param name="path">An existing folder of the container.</param>
    /// <param name="writeArchive">Writes the tar to the stream it is given.</param>
    /// <param name="overwrite">Whether a file takes the place of a folder of its name, with all that is in it. Without it, an engine may refuse that.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CopyToAsync(string container, string path, ArchiveWriter writeArchive, bool overwrite, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a file or folder of a container as a tar stream. Entry names begin with the path's last segment, as docker has it.
    /// Modes and links are those of the files; owners are not: podman gives every entry to the container's user.
    /// </summary>
    /// <returns>A tar stream. A failure of the engine surfaces as <see cref="PackException"/> from a read; disposing ends the call.</returns>
    Task<Stream> CopyFromAsync(string container, string path, CancellationToken cancellationToken);

    /// <summary>A container's state.</summary>
    Task<ContainerDetail> InspectAsync(string container, CancellationToken cancellationToken);

    /// <summary>Starts a container and returns at once.</summary>
    Task StartAsync(string container, CancellationToken cancellationToken);

    /// <summary>
    /// Attaches to a container's output until it ends; with <paramref name="start"/> the container is started so that no output is lost.
    /// </summary>
    /// <param name="container">Id or name.</param>
    /// <param name="start">Whether to start the container.</param>
    /// <param name="output">Gets the bytes of stdout and stderr as they come; called by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the call; the container is left to the caller.</param>
    /// <returns>The container's exit code; 128 + the signal's number when a signal ended it.</returns>
    Task<int> AttachAsync(
        string container, bool start, IContainerOutput output, CancellationToken cancellationToken);

    /// <summary>Starts a container, writes its standard input and takes its output, until it ends.</summary>
    /// <param name="container">Id or name of a container with <see cref="ContainerSpec.HasInput"/>.</param>
    /// <param name="writeInput">Writes to the stream it is given, which is closed afterwards. It is stopped when the container ends.</param>
    /// <param name="output">Gets the bytes of stdout and stderr as they come; called by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the call; the container is left to the caller.</param>
    /// <returns>The container's exit code; 128 + the signal's number when a signal ended it.</returns>
    Task<int> ConverseAsync(
        string container, Func<Stream, CancellationToken, Task> writeInput, IContainerOutput output, CancellationToken cancellationToken);

    /// <summary>Waits for a container's end.</summary>
    /// <returns>Its exit code.</returns>
    Task<int> WaitAsync(string container, CancellationToken cancellationToken);

    /// <summary>Removes a container and its unnamed volumes.</summary>
    /// <param name="container">Id or name; one that does not exist is NotFound.</param>
    /// <param name="force">Whether a running container is killed, without a grace period.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task RemoveAsync(string container, bool force, CancellationToken cancellationToken);
}

/// <summary>Takes what a container writes.</summary>
public interface IContainerOutput
{
    /// <summary>Bytes of one stream, cut wherever the engine cut them.</summary>
    /// <param name="isError">Whether they came on standard error.</param>
    /// <param name="bytes">The bytes; valid during the call only.</param>
    void Write(bool isError, ReadOnlySpan<byte> bytes);
}
