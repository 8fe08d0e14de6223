using System.Collections.Concurrent;
using System.Net;
using Buildpacks.Engines.Docker.Streams;
using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Images of the store: list, inspect, history, names.</summary>
internal sealed class DockerImages(DockerCalls calls, DockerSystem system) : IEngineImages
{
    /// <summary>
    /// How long docker may take to refuse half an archive. With containerd's store, a load that loses its caller keeps what it had got for
    /// a day, and one that fails keeps nothing.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int InspectsAtOnce = 8;
    private const string Untagged = "<none>:<none>";
    private const string NoDigest = "<none>@<none>";

    /// <inheritdoc/>
    public async Task<ImageStoreTraits> GetTraitsAsync(CancellationToken cancellationToken)
    {
        var description = await system.DescribeAsync(detail: true, cancellationToken).ConfigureAwait(false);
        return new ImageStoreTraits(description.ContainerdStore, description.ContainerdStore);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageSummary>> ListAsync(ImageListOptions options, CancellationToken cancellationToken)
    {
        var parameters = new ImagesListParameters { All = false };
        if (options.Label is { } label)
        {
            parameters.Filters = DockerFilters.Label(label);
        }

        var images = await calls.AskAsync(
            EngineOperation.ImageList, null, (session, token) => session.Client.Images.ListImagesAsync(parameters, token), cancellationToken)
            .ConfigureAwait(false);
        return [.. (images ?? []).Where(image => image is not null).Select(Summary)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ImageDetail>> InspectAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var details = new ConcurrentDictionary<string, ImageDetail>(StringComparer.Ordinal);
        var possible = names.Where(DockerNames.IsImage).Distinct(StringComparer.Ordinal);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = InspectsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(possible, limits, async (name, token) =>
        {
            if (await FindAsync(name, token).ConfigureAwait(false) is { } detail)
            {
                details[name] = detail;
            }
        }).ConfigureAwait(false);
        return details;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageHistoryEntry>> GetHistoryAsync(string name, CancellationToken cancellationToken)
    {
        var path = DockerNames.Image(EngineOperation.ImageHistory, name);
        var history = await calls.AskAsync(
            EngineOperation.ImageHistory, name, (session, token) => session.Client.Images.GetImageHistoryAsync(path, token), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. (history ?? []).Where(step => step is not null).Select(step => new ImageHistoryEntry(
                step.ID ?? "", DockerTimes.Instant(step.Created), step.CreatedBy ?? "", step.Size, step.Comment ?? "")),
        ];
    }

    /// <inheritdoc/>
    public Task TagAsync(string source, string target, CancellationToken cancellationToken)
    {
        var path = DockerNames.Image(EngineOperation.ImageTag, source);
        var (repository, tag) = DockerTags.Split(EngineOperation.ImageTag, target);
        var parameters = new ImageTagParameters { RepositoryName = repository, Tag = tag };
        return calls.AskAsync(
            EngineOperation.ImageTag, source, (session, token) => session.Client.Images.TagImageAsync(path, parameters, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        var path = DockerNames.Image(EngineOperation.ImageRemove, name);
        var parameters = new ImageDeleteParameters { Force = force };
        return calls.AskAsync(
            EngineOperation.ImageRemove, name, (session, token) => session.Client.Images.DeleteImageAsync(path, parameters, token), cancellationToken);
    }

    private async Task<ImageDetail?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var image = await calls.AskAsync(
                EngineOperation.ImageInspect,
                name,
                (session, token) => session.GetAsync($"images/{name}/json", DockerJson.Default.DockerImageAnswer, token),
                cancellationToken).ConfigureAwait(false);
            return DockerImageDetails.From(image);
        }
        catch (PackException exception) when (exception is { Kind: PackErrorKind.NotFound } or { Status: (int)HttpStatusCode.BadRequest })
        {
            // 400 is docker's answer to what cannot be a name: no image has it.
            return null;
        }
    }

    private static ImageSummary Summary(ImagesListResponse image) => new()
    {
        Id = image.ID ?? "",
        Tags = [.. (image.RepoTags ?? []).Where(tag => tag is not (null or Untagged))],
        Digest = DockerImageDetails.Digest((image.RepoDigests ?? []).Where(digest => digest is not (null or NoDigest))),
        Size = image.Size,
        Created = DockerTimes.Instant(image.Created),
        Labels = image.Labels?.ToDictionary() ?? [],
    };

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task<Stream> SaveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var paths = names.Select(name => DockerNames.Image(EngineOperation.ImageSave, name)).ToArray();
        var target = string.Join(", ", names);
        var stream = await calls.RunAsync(
            EngineOperation.ImageSave, target, session => session.Client.Images.SaveImagesAsync(paths, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return new DockerArchiveStream(stream, exception => calls.Translate(exception, EngineOperation.ImageSave, target), cancellationToken);
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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
