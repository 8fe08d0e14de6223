using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;

namespace Buildpacks.Engines.Podman;

/// <summary>What podman does with the images of its store.</summary>
internal sealed class PodmanImages(PodmanCli cli) : IEngineImages
{
    /// <summary>Keeps a command line, and what podman says of missing names, well below every bound.</summary>
    private const int NamesPerCall = 250;

    /// <summary>Every podman takes an OCI archive without the layers it has, and names an image by its config.</summary>
    public Task<ImageStoreTraits> GetTraitsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ImageStoreTraits(LoadsSparseOci: true, NamesByManifest: false));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageSummary>> ListAsync(ImageListOptions options, CancellationToken cancellationToken)
    {
        List<string> arguments = ["image", "ls", "--format=json", "--no-trunc"];
        if (options.Label is { } label)
        {
            arguments.Add("--filter=label=" + label);
        }

        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.ImageList, arguments), cancellationToken).ConfigureAwait(false);
        return
        [
            // podman has one row for each name in some versions, one for each image in others.
            .. PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanImage)
                .Select(PodmanImageReader.Summary)
                .GroupBy(image => image.Id)
                .Select(rows => rows.First() with { Tags = [.. rows.SelectMany(row => row.Tags).Distinct()] }),
        ];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ImageDetail>> InspectAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var asked = names.SelectMany(PodmanImageNames.Candidates).Distinct().ToList();
        var found = new Dictionary<string, ImageDetail>();
        foreach (var part in asked.Chunk(NamesPerCall))
        {
            foreach (var (name, image) in await InspectPartAsync(part, cancellationToken).ConfigureAwait(false))
            {
                found[name] = image;
            }
        }

        var details = new Dictionary<string, ImageDetail>();
        foreach (var name in names)
        {
            if (PodmanImageNames.Candidates(name).FirstOrDefault(found.ContainsKey) is { } candidate)
            {
                details[name] = found[candidate];
            }
        }

        return details;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageHistoryEntry>> GetHistoryAsync(string name, CancellationToken cancellationToken)
    {
        var source = await ResolveAsync(name, EngineOperation.ImageHistory, cancellationToken).ConfigureAwait(false);
        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.ImageHistory, "image", "history", "--format=json", "--no-trunc", "--", source) { Target = name, Spools = true },
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanHistory).Select(step => new ImageHistoryEntry(
                step.Id ?? "", step.Created, step.CreatedBy ?? "", step.Size ?? 0, step.Comment ?? "")),
        ];
    }

    /// <inheritdoc/>
    public async Task TagAsync(string source, string target, CancellationToken cancellationToken)
    {
        var name = PodmanImageNames.Parse(target, EngineOperation.ImageTag);
        var image = await ResolveAsync(source, EngineOperation.ImageTag, cancellationToken).ConfigureAwait(false);
        await cli.RunAsync(
            new PodmanCommand(EngineOperation.ImageTag, "image", "tag", "--", image, name.ToString()) { Target = source },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        var image = await ResolveAsync(name, EngineOperation.ImageRemove, cancellationToken).ConfigureAwait(false);
        var remove = new PodmanCommand(EngineOperation.ImageRemove, "image", "rm", "--", image) { Target = name };
        var result = await cli.TryRunAsync(remove, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0)
        {
            return;
        }

        var failure = result.ToException();
        if (!force || failure.Kind is not PackErrorKind.Conflict)
        {
            throw failure;
        }

        // podman's own --force removes the containers that use the image, whoever they belong to. Names are what is asked for.
        var isId = PodmanImageNames.IsFullId(image);
        string[] names = isId ? [image] : [image, image];
        await cli.RunAsync(
            new PodmanCommand(EngineOperation.ImageRemove, ["image", "untag", "--", .. names]) { Target = name },
            cancellationToken).ConfigureAwait(false);
        if (isId)
        {
            await cli.RunAsync(remove, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The one name of an image that podman is to be given. Costs a process for a short name only.</summary>
    /// <exception cref="PackException">InvalidInput: the text is no image name.</exception>
    public async Task<string> ResolveAsync(string name, string operation, CancellationToken cancellationToken)
    {
        var candidates = PodmanImageNames.Candidates(name);
        if (candidates.Count < 2)
        {
            return candidates.Count == 1 ? candidates[0] : throw PodmanImageNames.Invalid(name, operation);
        }

        var result = await cli.TryRunAsync(
            new PodmanCommand(operation, "image", "exists", "--", candidates[0]) { Target = name },
            cancellationToken).ConfigureAwait(false);
        const int absent = 1;
        return result.ExitCode switch
        {
            0 => candidates[0],
            absent => candidates[1],
            _ => throw result.ToException(),
        };
    }

    private async Task<IReadOnlyDictionary<string, ImageDetail>> InspectPartAsync(
        string[] names, CancellationToken cancellationToken)
    {
        var result = await cli.TryRunAsync(
            new PodmanCommand(EngineOperation.ImageInspect, ["image", "inspect", "--", .. names])
            {
                Target = names.Length == 1 ? names[0] : null,
                Spools = true,
            },
            cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0 && !InspectedImages.OnlyMissing(result.Errors))
        {
            throw result.ToException();
        }

        var answers = PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanImageDetail);
        return InspectedImages.Pair(names, [.. answers.Select(PodmanImageReader.Detail)], result.Errors);
    }

    private const string LoadedImage = "Loaded image";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> LoadAsync(
        ArchiveWriter writeArchive, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        // A podman that talks dies of it when this process is killed and nobody listens any more: in the middle of its work.
        string[] quiet = progress is null ? ["--quiet"] : [];
        using var end = new LateCancellation(cancellationToken);
        var result = await cli.FeedAsync(
            new PodmanCommand(EngineOperation.ImageLoad, ["image", "load", .. quiet]) { Spools = true },
            end.After(writeArchive), end.Token, TransferProgress.Reader(progress)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return LoadedNames(result.Lines);
    }

    /// <inheritdoc/>
    public async Task<Stream> SaveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var sources = new List<string>();
        foreach (var name in names)
        {
            sources.Add(await ResolveAsync(name, EngineOperation.ImageSave, cancellationToken).ConfigureAwait(false));
        }

        return cli.OpenRead(
            new PodmanCommand(
                EngineOperation.ImageSave, ["image", "save", "--format=docker-archive", "--multi-image-archive", "--", .. sources])
            {
                Target = names.Count == 1 ? names.First() : null,
                Spools = true,
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task PullAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        var source = PodmanImageNames.Parse(transfer.Name, EngineOperation.ImagePull);
        List<string> options = ["image", "pull"];
        if (transfer.Platform is { } platform)
        {
            options.Add("--platform=" + platform);
        }

        await TransferAsync(
            EngineOperation.ImagePull, transfer, source.Registry, options, [PodmanImageNames.Spell(source)], progress, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PushAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        var target = PodmanImageNames.Parse(transfer.Name, EngineOperation.ImagePush);
        var source = await ResolveAsync(transfer.Name, EngineOperation.ImagePush, cancellationToken).ConfigureAwait(false);
        await TransferAsync(
            EngineOperation.ImagePush, transfer, target.Registry, ["image", "push"], [source, "docker://" + target], progress, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The names in podman's answer to a load.</summary>
    internal static IReadOnlyList<string> LoadedNames(IEnumerable<string> lines) =>
    [
        .. lines.Where(line => line.StartsWith(LoadedImage, StringComparison.Ordinal) && line.Contains(": ", StringComparison.Ordinal))
            .SelectMany(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
    ];

    private async Task TransferAsync(
        string operation, ImageTransfer transfer, string registry, List<string> options, IReadOnlyList<string> names,
        IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        using var auth = transfer.Credential is { } credential ? AuthFile.Create(registry, credential) : null;
        if (auth is not null)
        {
            options.Add("--authfile=" + auth.FilePath);
        }

        if (transfer.Insecure)
        {
            options.Add("--tls-verify=false");
        }

        await cli.RunAsync(
            new PodmanCommand(operation, [.. options, "--", .. names]) { Target = transfer.Name, Waits = true, Spools = true },
            cancellationToken, TransferProgress.Reader(progress)).ConfigureAwait(false);
    }
}
