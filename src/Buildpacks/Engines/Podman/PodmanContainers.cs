using Buildpacks.Engines.Podman.Arguments;
using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;

namespace Buildpacks.Engines.Podman;

/// <summary>What podman does with containers, but for their streams.</summary>
internal sealed class PodmanContainers(PodmanCli cli, PodmanImages images)
{
    /// <summary>What podman says when a container that it is about to stop ends by itself at that moment.</summary>
    private const string JustEnded = "container state improper: stopped";

    private const int RemovalAttempts = 5;

    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc cref="IContainerEngine.ListContainersAsync"/>
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

    /// <inheritdoc cref="IContainerEngine.CreateContainerAsync"/>
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

    /// <inheritdoc cref="IContainerEngine.InspectContainerAsync"/>
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

    /// <inheritdoc cref="IContainerEngine.StartContainerAsync"/>
    public Task StartAsync(string container, CancellationToken cancellationToken) =>
        cli.RunAsync(
            new PodmanCommand(EngineOperation.ContainerStart, "start", "--", container) { Target = container }, cancellationToken);

    /// <inheritdoc cref="IContainerEngine.WaitContainerAsync"/>
    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.ContainerWait, "wait", "--", container) { Target = container, Waits = true },
            cancellationToken).ConfigureAwait(false);
        return int.TryParse(result.Lines.LastOrDefault(), out var exitCode) ? exitCode : throw EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.Failed, EngineOperation.ContainerWait,
            $"podman's answer is not an exit code: '{result.Text.Trim()}'", result.ExitCode, container);
    }

    /// <inheritdoc cref="IContainerEngine.RemoveContainerAsync"/>
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
}
