using System.Text.RegularExpressions;
using Buildpacks.Engines.Podman.Cli;

namespace Buildpacks.Engines.Podman;

/// <summary>What goes into a podman container and comes out of it.</summary>
internal sealed partial class PodmanContainerStreams(PodmanCli cli, PodmanContainers containers)
{
    private const int LowestPodmanFailure = 125;
    private const int HighestPodmanFailure = 127;

    /// <summary>podman's words for a path that it has just seen and does not find any more; one that never was has other words.</summary>
    private const string Vanished = "matched nothing";

    /// <inheritdoc cref="IContainerEngine.CopyToContainerAsync"/>
    public Task CopyToAsync(string container, string path, ArchiveWriter writeArchive, CancellationToken cancellationToken) =>
        cli.FeedAsync(
            new PodmanCommand(EngineOperation.CopyToContainer, "cp", "--archive=false", "--", "-", $"{container}:{path}")
            {
                Target = container,
                Spools = true,
            },
            writeArchive, cancellationToken);

    /// <inheritdoc cref="IContainerEngine.CopyFromContainerAsync"/>
    public async Task<Stream> CopyFromAsync(string container, string path, CancellationToken cancellationToken)
    {
        var command = new PodmanCommand(EngineOperation.CopyFromContainer, "cp", "--", $"{container}:{Literal(path)}", "-") { Target = container };
        try
        {
            return await cli.OpenReadAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.Message.Contains(Vanished, StringComparison.Ordinal))
        {
            // podman cleans up behind a container that has just ended, and so unmounted what this copy was about to read. Now it
            // has: the next copy mounts it for itself.
            return await cli.OpenReadAsync(command, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="IContainerEngine.AttachContainerAsync"/>
    public async Task<int> AttachAsync(
        string container, bool start, IContainerOutput output, CancellationToken cancellationToken)
    {
        // Signals are for this process to handle: a cancelled attachment leaves the container to the caller.
        string[] arguments = start ? ["start", "--attach", "--sig-proxy=false"] : ["attach", "--no-stdin", "--sig-proxy=false"];
        var attached = new AttachedOutput(output);
        var result = await cli.FollowAsync(
            new PodmanCommand(EngineOperation.ContainerAttach, [.. arguments, "--", container]) { Target = container },
            attached, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode is < LowestPodmanFailure or > HighestPodmanFailure and <= PodmanErrors.FirstSignal)
        {
            attached.Release();

            // 'attach' does not end with the container's exit code, as 'start' does (and ends its output with a line end of its own).
            return start ? result.ExitCode : await containers.WaitAsync(container, cancellationToken).ConfigureAwait(false);
        }

        result = attached.OwnWordsOf(result);
        var detail = await FindAsync(container, result, cancellationToken).ConfigureAwait(false);
        if (detail is { Status: "exited" } && !start)
        {
            return detail.ExitCode;
        }

        // podman's own failures and its end by a signal share their exit codes with the container's: its state tells them apart.
        if (detail is { Status: not "exited" } || detail is not null && detail.ExitCode != result.ExitCode)
        {
            throw result.ToException();
        }

        attached.Release();
        return result.ExitCode;
    }

    /// <summary>A path in which podman finds no pattern: it would take <c>[::1]</c> for one.</summary>
    private static string Literal(string path) => PatternCharacter().Replace(path, @"\$0");

    [GeneratedRegex(@"[\\*?\[\]]")]
    private static partial Regex PatternCharacter();

    /// <summary>The container's state.</summary>
    /// <returns><see langword="null"/> when it removed itself.</returns>
    /// <exception cref="PackException">It never was.</exception>
    private async Task<ContainerDetail?> FindAsync(string container, PodmanResult result, CancellationToken cancellationToken)
    {
        try
        {
            return await containers.InspectAsync(container, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException e) when (e.Kind is PackErrorKind.NotFound)
        {
            return result.Errors.Contains("Error: ", StringComparison.Ordinal) ? throw result.ToException() : null;
        }
    }
}
