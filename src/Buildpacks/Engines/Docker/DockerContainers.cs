using System.Net.Http.Json;
using System.Text.Json;
using Buildpacks.Engines.Docker.Streams;
using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>What docker does with containers.</summary>
internal sealed class DockerContainers(DockerCalls calls) : IEngineContainers
{
    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public Task CopyToAsync(string container, string path, ArchiveWriter writeArchive, bool overwrite, CancellationToken cancellationToken)
    {
        var id = DockerNames.Container(EngineOperation.CopyToContainer, container);
        var parameters = new CopyToContainerParameters { Path = path };
        return calls.RunAsync(
            EngineOperation.CopyToContainer,
            container,
            session => ArchiveFeed.RunAsync(
                writeArchive,
                (archive, token) => session.Client.Containers.ExtractArchiveToContainerAsync(id, parameters, archive, token),
                cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Stream> CopyFromAsync(string container, string path, CancellationToken cancellationToken)
    {
        var id = DockerNames.Container(EngineOperation.CopyFromContainer, container);
        var parameters = new ContainerPathStatParameters { Path = path };
        var answer = await calls.RunAsync(
            EngineOperation.CopyFromContainer,
            container,
            session => session.Client.Containers.GetArchiveFromContainerAsync(id, parameters, statOnly: false, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return new DockerArchiveStream(answer.Stream!, exception => calls.Translate(exception, EngineOperation.CopyFromContainer, container), cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartAsync(string container, CancellationToken cancellationToken)
    {
        var id = DockerNames.Container(EngineOperation.ContainerStart, container);
        return calls.RunAsync(
            EngineOperation.ContainerStart,
            container,
            session => session.Client.Containers.StartContainerAsync(id, null, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        using var wait = await BeginWaitAsync(container, "not-running", cancellationToken).ConfigureAwait(false);
        return await EndWaitAsync(wait, container, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits before it attaches, and attaches before it starts: neither a byte nor the end can be missed.</summary>
    public async Task<int> AttachAsync(string container, bool start, IContainerOutput output, CancellationToken cancellationToken)
    {
        if (!start && await InspectAsync(container, cancellationToken).ConfigureAwait(false) is { Status: "exited" or "dead" } ended)
        {
            // An attachment to what has ended would wait for its next start.
            return ended.ExitCode;
        }

        return await FollowAsync(container, start, writeInput: null, output, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<int> ConverseAsync(
        string container, Func<Stream, CancellationToken, Task> writeInput, IContainerOutput output, CancellationToken cancellationToken) =>
        FollowAsync(container, start: true, writeInput, output, cancellationToken);

    private async Task<int> FollowAsync(
        string container, bool start, Func<Stream, CancellationToken, Task>? writeInput, IContainerOutput output, CancellationToken cancellationToken)
    {
        using var wait = await BeginWaitAsync(container, start ? "next-exit" : "not-running", cancellationToken).ConfigureAwait(false);
        using var attachment = await SendAsync(
            EngineOperation.ContainerAttach, HttpMethod.Post, container, "attach?stream=1&stdout=1&stderr=1" + (writeInput is null ? "" : "&stdin=1"), upgrade: true, cancellationToken)
            .ConfigureAwait(false);
        if (start)
        {
            await StartAsync(container, cancellationToken).ConfigureAwait(false);
        }

        var ended = EndWaitAsync(wait, container, cancellationToken);
        await calls.RunAsync(
            EngineOperation.ContainerAttach,
            container,
            async _ =>
            {
                var stream = await attachment.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    var writing = writeInput is null ? Task.CompletedTask : Task.Run(() => writeInput(stream, stop.Token), CancellationToken.None);
                    await new ContainerOutputReader(stream, output, ended).ReadAsync(cancellationToken).ConfigureAwait(false);
                    await stop.CancelAsync().ConfigureAwait(false);
                    await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return await ended.ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> BeginWaitAsync(string container, string condition, CancellationToken cancellationToken) =>
        SendAsync(EngineOperation.ContainerWait, HttpMethod.Post, container, "wait?condition=" + condition, upgrade: false, cancellationToken);

    private Task<int> EndWaitAsync(HttpResponseMessage wait, string container, CancellationToken cancellationToken) => calls.RunAsync(
        EngineOperation.ContainerWait,
        container,
        async _ =>
        {
            var answer = await wait.Content.ReadFromJsonAsync(DockerJson.Default.DockerWaitAnswer, cancellationToken).ConfigureAwait(false);
            return answer?.StatusCode ?? throw new JsonException("the answer is null");
        },
        cancellationToken);

    private Task<HttpResponseMessage> SendAsync(
        string operation, HttpMethod method, string container, string request, bool upgrade, CancellationToken cancellationToken)
    {
        var id = DockerNames.Container(operation, container);
        return calls.RunAsync(
            operation, container, session => session.SendAsync(method, $"containers/{id}/{request}", upgrade, cancellationToken), cancellationToken);
    }
}
