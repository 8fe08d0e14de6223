using Buildpacks.Engines.Docker.Streams;
using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Images on the move: archives in and out, pulls and pushes.</summary>
internal sealed class DockerImageTransfers(DockerCalls calls)
{
    /// <summary>
    /// How long docker may take to refuse half an archive. With containerd's store, a load that loses its caller keeps what it had got for
    /// a day, and one that fails keeps nothing.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<string>> LoadAsync(
        ArchiveWriter writeArchive, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        var messages = new DockerMessages(progress);
        var parameters = new ImageLoadParameters { Quiet = progress is null };
        using var end = new LateCancellation(cancellationToken);
        await calls.RunAsync(
            EngineOperation.ImageLoad,
            null,
            session => ArchiveFeed.RunAsync(
                end.After(writeArchive),
                (archive, token) => session.Client.Images.LoadImageAsync(parameters, archive, messages, token),
                end.Token,
                Patience),
            end.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        messages.ThrowIfFailed(EngineOperation.ImageLoad, null);
        return messages.Loaded;
    }

    public async Task<Stream> SaveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var paths = names.Select(name => DockerNames.Image(EngineOperation.ImageSave, name)).ToArray();
        var target = string.Join(", ", names);
        var stream = await calls.RunAsync(
            EngineOperation.ImageSave, target, session => session.Client.Images.SaveImagesAsync(paths, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return new DockerArchiveStream(stream, exception => calls.Translate(exception, EngineOperation.ImageSave, target), cancellationToken);
    }

    public Task PullAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        var (repository, tag, registry) = DockerTags.Locate(EngineOperation.ImagePull, transfer.Name);
        var parameters = new ImagesCreateParameters { FromImage = repository, Tag = tag, Platform = transfer.Platform };
        return TransferAsync(
            EngineOperation.ImagePull,
            transfer.Name,
            progress,
            (client, messages) => client.CreateImageAsync(parameters, Auth(transfer, registry), messages, cancellationToken),
            cancellationToken);
    }

    public Task PushAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        var (repository, tag, registry) = DockerTags.Locate(EngineOperation.ImagePush, transfer.Name);
        var parameters = new ImagePushParameters { Tag = tag };
        return TransferAsync(
            EngineOperation.ImagePush,
            transfer.Name,
            progress,
            (client, messages) => client.PushImageAsync(repository, parameters, Auth(transfer, registry), messages, cancellationToken),
            cancellationToken);
    }

    private async Task TransferAsync(
        string operation,
        string name,
        IProgress<EngineProgress>? progress,
        Func<global::Docker.DotNet.IImageOperations, DockerMessages, Task> transfer,
        CancellationToken cancellationToken)
    {
        var messages = new DockerMessages(progress);
        await calls.RunAsync(
            operation,
            name,
            async session =>
            {
                await transfer(session.Client.Images, messages).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        messages.ThrowIfFailed(operation, name);
    }

    private static AuthConfig? Auth(ImageTransfer transfer, string registry) => transfer.Credential is not { } credential
        ? null
        : new AuthConfig { Username = credential.Username, Password = credential.Password, ServerAddress = registry };
}
