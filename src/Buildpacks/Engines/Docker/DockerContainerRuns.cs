using System.Net.Http.Json;
using System.Text.Json;
using Buildpacks.Engines.Docker.Streams;

namespace Buildpacks.Engines.Docker;

/// <summary>Containers as processes: start, follow, wait.</summary>
internal sealed class DockerContainerRuns(DockerCalls calls, DockerContainers containers)
{
    public Task StartAsync(string container, CancellationToken cancellationToken)
    {
        var id = DockerNames.Container(EngineOperation.ContainerStart, container);
        return calls.RunAsync(
            EngineOperation.ContainerStart,
            container,
            session => session.Client.Containers.StartContainerAsync(id, null, cancellationToken),
            cancellationToken);
    }

    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        using var wait = await BeginWaitAsync(container, "not-running", cancellationToken).ConfigureAwait(false);
        return await EndWaitAsync(wait, container, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits before it attaches, and attaches before it starts: neither a byte nor the end can be missed.</summary>
    public async Task<int> AttachAsync(string container, bool start, IContainerOutput output, CancellationToken cancellationToken)
    {
        if (!start && await containers.InspectAsync(container, cancellationToken).ConfigureAwait(false) is { Status: "exited" or "dead" } ended)
        {
            // An attachment to what has ended would wait for its next start.
            return ended.ExitCode;
        }

        return await FollowAsync(container, start, output, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> FollowAsync(string container, bool start, IContainerOutput output, CancellationToken cancellationToken)
    {
        using var wait = await BeginWaitAsync(container, start ? "next-exit" : "not-running", cancellationToken).ConfigureAwait(false);
        using var attachment = await SendAsync(
            EngineOperation.ContainerAttach, HttpMethod.Post, container, "attach?stream=1&stdout=1&stderr=1", upgrade: true, cancellationToken)
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
                    await new ContainerOutputReader(stream, output, ended).ReadAsync(cancellationToken).ConfigureAwait(false);
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
