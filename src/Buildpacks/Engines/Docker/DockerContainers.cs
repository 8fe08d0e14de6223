using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Containers as things: make, look at, list, remove.</summary>
internal sealed class DockerContainers(DockerCalls calls)
{
    public async Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        DockerNames.Image(EngineOperation.ContainerCreate, spec.Image);
        EnvironmentVariables.Check(PackEngineKind.Docker, spec);
        var parameters = DockerContainerParameters.From(spec);
        var answer = await calls.AskAsync(
            EngineOperation.ContainerCreate,
            spec.Image,
            (session, token) => session.Client.Containers.CreateContainerAsync(parameters, token),
            cancellationToken).ConfigureAwait(false);
        return answer?.ID is { Length: > 0 } id
            ? id
            : throw EngineErrors.Create(PackEngineKind.Docker, PackErrorKind.Failed, EngineOperation.ContainerCreate, "docker returned no container id", target: spec.Image);
    }

    public async Task<ContainerDetail> InspectAsync(string container, CancellationToken cancellationToken)
    {
        var path = DockerNames.Container(EngineOperation.ContainerInspect, container);
        var answer = await calls.AskAsync(
            EngineOperation.ContainerInspect,
            container,
            (session, token) => session.Client.Containers.InspectContainerAsync(path, token),
            cancellationToken).ConfigureAwait(false);
        return new ContainerDetail
        {
            Id = answer.ID ?? "",
            Name = answer.Name?.TrimStart('/') ?? "",
            ImageId = answer.Image ?? "",
            Status = answer.State?.Status ?? "",
            ExitCode = (int)(answer.State?.ExitCode ?? 0),
            OutOfMemory = answer.State?.OOMKilled ?? false,
            Labels = answer.Config?.Labels?.ToDictionary() ?? [],
        };
    }

    public async Task<IReadOnlyList<ContainerSummary>> ListAsync(string label, CancellationToken cancellationToken)
    {
        var parameters = new ContainersListParameters { All = true, Filters = DockerFilters.Label(label) };
        var answer = await calls.AskAsync(
            EngineOperation.ContainerList,
            null,
            (session, token) => session.Client.Containers.ListContainersAsync(parameters, token),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. (answer ?? []).Where(container => container is not null).Select(container => new ContainerSummary(
                container.ID ?? "",
                container.Names?.FirstOrDefault()?.TrimStart('/') ?? "",
                container.State == "running",
                container.Labels?.ToDictionary() ?? [])),
        ];
    }

    public Task RemoveAsync(string container, bool force, CancellationToken cancellationToken)
    {
        var path = DockerNames.Container(EngineOperation.ContainerRemove, container);
        var parameters = new ContainerRemoveParameters { Force = force, RemoveVolumes = true };
        return calls.AskAsync(
            EngineOperation.ContainerRemove,
            container,
            (session, token) => session.Client.Containers.RemoveContainerAsync(path, parameters, token),
            cancellationToken);
    }
}
