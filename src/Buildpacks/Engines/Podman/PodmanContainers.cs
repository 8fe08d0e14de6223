using System.Text.RegularExpressions;
using Buildpacks.Engines.Podman.Arguments;
using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;

namespace Buildpacks.Engines.Podman;

/// <summary>What podman does with containers.</summary>
internal sealed partial class PodmanContainers(PodmanCli cli, PodmanImages images) : IEngineContainers
{
    /// <summary>What podman says when a container that it is about to stop ends by itself at that moment.</summary>
    private const string JustEnded = "container state improper: stopped";

    private const int RemovalAttempts = 5;

    private const int LowestPodmanFailure = 125;
    private const int HighestPodmanFailure = 127;

    /// <summary>podman's words for a path that it has just seen and does not find any more; one that never was has other words.</summary>
    private const string Vanished = "matched nothing";

    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerSummary>> ListAsync(string label, CancellationToken cancellationToken)
    {
        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.ContainerList, "ps", "--all", "--no-trunc", "--format=json", "--filter=label=" + label),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanContainer).Select(container => new ContainerSummary(
                container.Id, container.Names.Count > 0 ? container.Names[0] : "", container.State is "running", container.Labels)),
        ];
    }

    /// <inheritdoc/>
    public async Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        EnvironmentVariables.Check(PackEngineKind.Podman, spec);
        var image = await images.ResolveAsync(spec.Image, EngineOperation.ContainerCreate, cancellationToken).ConfigureAwait(false);
        using var environment = ContainerEnvironment.Prepare(spec.Environment);
        var result = await cli.RunAsync(
            new PodmanCommand(
                EngineOperation.ContainerCreate,
                ["create", .. CreateArguments.Options(spec), .. environment.Arguments, "--", image, .. spec.Command ?? []])
            {
                Target = spec.Name ?? spec.Image,
                Environment = environment.Variables,
            },
            cancellationToken).ConfigureAwait(false);
        return result.Lines.LastOrDefault() ?? throw EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ContainerCreate,
            "podman returned no container id", result.ExitCode, spec.Image);
    }

    /// <inheritdoc/>
    public async Task<ContainerDetail> InspectAsync(string container, CancellationToken cancellationToken)
    {
        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.ContainerInspect, "container", "inspect", "--", container) { Target = container },
            cancellationToken).ConfigureAwait(false);
        return PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanContainerDetail) is [var detail, ..]
            ? Detail(detail)
            : throw EngineErrors.Create(
                PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ContainerInspect, "podman returned no container", result.ExitCode, container);
    }

    /// <inheritdoc/>
    public Task StartAsync(string container, CancellationToken cancellationToken) =>
        cli.RunAsync(
            new PodmanCommand(EngineOperation.ContainerStart, "start", "--", container) { Target = container }, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.ContainerWait, "wait", "--", container) { Target = container, Waits = true },
            cancellationToken).ConfigureAwait(false);
        return int.TryParse(result.Lines.LastOrDefault(), out var exitCode) ? exitCode : throw EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ContainerWait,
            $"podman's answer is not an exit code: '{result.Text.Trim()}'", result.ExitCode, container);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string container, bool force, CancellationToken cancellationToken)
    {
        string[] options = force ? ["--volumes", "--force", "--time=0"] : ["--volumes"];
        var command = new PodmanCommand(EngineOperation.ContainerRemove, ["rm", .. options, "--", container]) { Target = container };
        var result = await cli.TryRunAsync(command, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; force && attempt < RemovalAttempts && result.Errors.Contains(JustEnded, StringComparison.Ordinal); attempt++)
        {
            await Task.Delay(RemovalPause, cancellationToken).ConfigureAwait(false);
            result = await cli.TryRunAsync(command, cancellationToken).ConfigureAwait(false);
        }

        if (result.ExitCode != 0)
        {
            throw result.ToException();
        }

        // With --force, podman says nothing and ends with 0 when there is no such container.
        if (force && !result.Lines.Any())
        {
            throw EngineErrors.Create(
                PackEngineKind.Podman, PackErrorKind.NotFound, EngineOperation.ContainerRemove,
                $"no container with name or ID \"{container}\" found", result.ExitCode, container);
        }
    }

    /// <summary>Turns what podman tells of a container into the project's record.</summary>
    internal static ContainerDetail Detail(PodmanContainerDetail detail) => new()
    {
        Id = detail.Id,
        Name = detail.Name ?? "",
        ImageId = PodmanImageReader.WithAlgorithm(detail.Image ?? ""),
        Status = detail.State?.Status switch
        {
            null or "configured" or "initialized" => "created",
            "stopped" => "exited",
            var status => status,
        },
        ExitCode = (int)(detail.State?.ExitCode ?? 0),
        OutOfMemory = detail.State?.OOMKilled ?? false,
        Labels = detail.Config?.Labels ?? new Dictionary<string, string>(),
    };

    /// <inheritdoc/>
    public Task CopyToAsync(string container, string path, ArchiveWriter writeArchive, bool overwrite, CancellationToken cancellationToken) =>
        cli.FeedAsync(
            (overwrite
                ? new PodmanCommand(EngineOperation.CopyToContainer, "cp", "--archive=false", "--overwrite", "--", "-", $"{container}:{path}")
                : new PodmanCommand(EngineOperation.CopyToContainer, "cp", "--archive=false", "--", "-", $"{container}:{path}")) with
            {
                Target = container,
                Spools = true,
            },
            writeArchive, cancellationToken);

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task<int> AttachAsync(
        string container, bool start, IContainerOutput output, CancellationToken cancellationToken)
    {
        // Signals are for this process to handle: a cancelled attachment leaves the container to the caller.
        string[] arguments = start ? ["start", "--attach", "--sig-proxy=false"] : ["attach", "--no-stdin", "--sig-proxy=false"];
        var attached = new AttachedOutput(output);
        var result = await cli.FollowAsync(
            new PodmanCommand(EngineOperation.ContainerAttach, [.. arguments, "--", container]) { Target = container },
            attached, cancellationToken).ConfigureAwait(false);
        return await ExitCodeAsync(container, start, attached, result, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<int> ConverseAsync(
        string container, Func<Stream, CancellationToken, Task> writeInput, IContainerOutput output, CancellationToken cancellationToken)
    {
        var attached = new AttachedOutput(output);
        var result = await cli.ConverseAsync(
            new PodmanCommand(EngineOperation.ContainerAttach, "start", "--attach", "--interactive", "--sig-proxy=false", "--", container) { Target = container },
            (process, errors) => Task.WhenAll(
                ArchiveFeed.RunAsync(process, (input, token) => writeInput(input, token), enough: CancellationToken.None, cancellationToken), attached.CopyAsync(process, errors)),
            cancellationToken).ConfigureAwait(false);
        return await ExitCodeAsync(container, start: true, attached, result, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ExitCodeAsync(string container, bool start, AttachedOutput attached, PodmanResult result, CancellationToken cancellationToken)
    {
        if (result.ExitCode is < LowestPodmanFailure or > HighestPodmanFailure and <= PodmanErrors.FirstSignal)
        {
            attached.Release();

            // 'attach' does not end with the container's exit code, as 'start' does (and ends its output with a line end of its own).
            return start ? result.ExitCode : await WaitAsync(container, cancellationToken).ConfigureAwait(false);
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
            return await InspectAsync(container, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException e) when (e.Kind is PackErrorKind.NotFound)
        {
            return result.Errors.Contains("Error: ", StringComparison.Ordinal) ? throw result.ToException() : null;
        }
    }
}
