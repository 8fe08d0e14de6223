namespace Buildpacks.Engines;

/// <summary>
/// What an engine may offer beside its single operations: a container that is made, filled, run, emptied and removed in one call, with
/// everything passing through its standard streams.
/// </summary>
public interface IContainerPipe
{
    /// <summary>Makes a container, unpacks an archive in it, runs its command, packs a folder of it up, and removes it.</summary>
    /// <param name="run">What runs, and with what.</param>
    /// <param name="output">Gets the bytes that the command writes as they come; called by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the call; the container may then be there still.</param>
    /// <returns>
    /// The command's exit code, 128 + the signal's number when a signal ended it. The container is gone. <see cref="PipedRun.ReadOutput"/>
    /// was called when it is 0, and not otherwise.
    /// </returns>
    /// <exception cref="PackException">
    /// <c>PipeImageUnfit</c>: the container's image has not what that takes, a shell and tar. Or the engine's failure, or what
    /// <see cref="PipedRun.WriteInput"/> and <see cref="PipedRun.ReadOutput"/> throw; the container may then be there still.
    /// </exception>
    Task<int> RunAsync(PipedRun run, IContainerOutput output, CancellationToken cancellationToken);
}
