using Buildpacks.Engines.Podman.Cli;

namespace Buildpacks.Engines.Podman;

/// <summary>How images get into podman's store and out of it.</summary>
internal sealed class PodmanTransfers(PodmanCli cli, PodmanImages images)
{
    private const string LoadedImage = "Loaded image";

    /// <inheritdoc cref="IContainerEngine.LoadImagesAsync"/>
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

    /// <inheritdoc cref="IContainerEngine.SaveImagesAsync"/>
    public async Task<Stream> SaveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var sources = new List<string>();
        foreach (var name in names)
        {
            sources.Add(await images.ResolveAsync(name, EngineOperation.ImageSave, cancellationToken).ConfigureAwait(false));
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

    /// <inheritdoc cref="IContainerEngine.PullImageAsync"/>
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

    /// <inheritdoc cref="IContainerEngine.PushImageAsync"/>
    public async Task PushAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken)
    {
        var target = PodmanImageNames.Parse(transfer.Name, EngineOperation.ImagePush);
        var source = await images.ResolveAsync(transfer.Name, EngineOperation.ImagePush, cancellationToken).ConfigureAwait(false);
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
