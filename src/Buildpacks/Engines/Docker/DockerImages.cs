using System.Collections.Concurrent;
using System.Net;
using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Images of the store: list, inspect, history, names.</summary>
internal sealed class DockerImages(DockerCalls calls)
{
    private const int InspectsAtOnce = 8;
    private const string Untagged = "<none>:<none>";
    private const string NoDigest = "<none>@<none>";

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

    public Task TagAsync(string source, string target, CancellationToken cancellationToken)
    {
        var path = DockerNames.Image(EngineOperation.ImageTag, source);
        var (repository, tag) = DockerTags.Split(EngineOperation.ImageTag, target);
        var parameters = new ImageTagParameters { RepositoryName = repository, Tag = tag };
        return calls.AskAsync(
            EngineOperation.ImageTag, source, (session, token) => session.Client.Images.TagImageAsync(path, parameters, token), cancellationToken);
    }

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
        catch (PackException exception) when (exception is { Kind: PackErrorKind.NotFound } or { ExitCode: (int)HttpStatusCode.BadRequest })
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
}
