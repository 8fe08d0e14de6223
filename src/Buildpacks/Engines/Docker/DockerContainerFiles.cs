using Buildpacks.Engines.Docker.Streams;
using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Files into and out of containers, as tar streams.</summary>
internal sealed class DockerContainerFiles(DockerCalls calls)
{
    public Task CopyToAsync(string container, string path, ArchiveWriter writeArchive, CancellationToken cancellationToken)
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
}
