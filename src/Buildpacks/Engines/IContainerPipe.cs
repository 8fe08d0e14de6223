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

/// <summary>A container that is filled and emptied through its standard streams.</summary>
public sealed record PipedRun
{
    /// <summary>The container; its command runs without an entry point.</summary>
    public required ContainerSpec Container { get; init; }

    /// <summary>
    /// The environment of the container's image, an entry <c>NAME=VALUE</c> a variable. The command gets it as it would without the pipe, but
    /// nothing of it changes what the pipe's own programs do.
    /// </summary>
    public IReadOnlyList<string> ImageEnvironment { get; init; } = [];

    /// <summary>Writes the tar archive that is unpacked at the container's root before the command runs. Owners and modes are those of the tar.</summary>
    public required ArchiveWriter WriteInput { get; init; }

    /// <summary>
    /// Writes what the command reads, once the archive is unpacked; <see langword="null"/> for a command that reads nothing. It is stopped when the
    /// container ends.
    /// </summary>
    public Func<Stream, CancellationToken, Task>? WriteCommandInput { get; init; }

    /// <summary>Folders that are removed before the archive is unpacked, by their full paths, which have neither spaces nor wildcards.</summary>
    public IReadOnlyList<string> RemovedFolders { get; init; } = [];

    /// <summary>
    /// Folders that the container's user must be able to write although the image does not let it: each is a place of its own that goes with
    /// the container.
    /// </summary>
    public IReadOnlyList<PipedFolder> Folders { get; init; } = [];

    /// <summary>Folders of the archive that get mode 0777. A tar that is not root's may leave the mode of a folder that is there already.</summary>
    public IReadOnlyList<string> OpenFolders { get; init; } = [];

    /// <summary>
    /// A script that the archive may have at this path: the container's shell runs it when the archive is unpacked, and removes it;
    /// <see langword="null"/> for none.
    /// </summary>
    public string? AfterInput { get; init; }

    /// <summary>An existing folder that the container's user may write, for a file that is there while the container is.</summary>
    public string ReservePath { get; init; } = "/";

    /// <summary>The folder of the container that is packed up when the command has ended with 0; <see langword="null"/> for none.</summary>
    public required string? OutputPath { get; init; }

    /// <summary>
    /// Reads that folder as a tar stream, whose entry names begin with the path's last segment. The stream's end comes when the
    /// container has gone; a read fails with <see cref="PackException"/> when the folder could not be packed up.
    /// </summary>
    public Func<Stream, CancellationToken, Task> ReadOutput { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>
    /// Further files and folders of the container that are packed up after <see cref="OutputPath"/>: absolute paths, which may end with
    /// <c>/*</c> for all in a folder. What does not exist is left out.
    /// </summary>
    public IReadOnlyList<string> MoreOutput { get; init; } = [];

    /// <summary>Names of files among <see cref="MoreOutput"/> that are left out.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>
    /// Reads the further files, after <see cref="ReadOutput"/>, as a tar stream whose entry names are the paths without the first slash. It
    /// is not called when none of them exists. An archive that ends early is one that could not be packed up in full.
    /// </summary>
    public Func<Stream, CancellationToken, Task>? ReadMore { get; init; }

    /// <summary>The folder of the container whose names are told when the command fails; <see langword="null"/> for none.</summary>
    public string? ReportPath { get; init; }

    /// <summary>Told the names in <see cref="ReportPath"/> when the command has failed.</summary>
    public Action<IReadOnlyList<string>>? Failed { get; init; }

    /// <summary>Told when the container runs: from then on it can be removed.</summary>
    public Action? Begun { get; init; }

    /// <summary>Told when the command has ended with 0, before the container is gone.</summary>
    public Action? Ended { get; init; }
}

/// <summary>A folder of a piped container that belongs to its user.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Kind">What the folder has at first, and where it is kept.</param>
public sealed record PipedFolder(string Path, PipedFolderKind Kind);

/// <summary>What a folder of a piped container has at first.</summary>
public enum PipedFolderKind
{
    /// <summary>It is in memory, and has what the image has there. For small files.</summary>
    Small,

    /// <summary>It is in memory and empty, whatever the image has there.</summary>
    Replaced,

    /// <summary>It is on the engine's disk, and the image has no such folder.</summary>
    New,
}

/// <summary>The failure of a run whose command has ended with 0 and whose output folder cannot be packed up.</summary>
internal sealed class PipeOutputException : PackException
{
    /// <summary>Makes the failure.</summary>
    /// <param name="failure">The engine's failure, with tar's words.</param>
    public PipeOutputException(PackException failure)
        : base(failure.ErrorId, failure.Kind, failure.Message)
    {
        ExitCode = failure.ExitCode;
        Target = failure.Target;
        RecommendedAction = failure.RecommendedAction;
    }
}
