using System.Collections.Concurrent;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Reporting;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// Compares the run image that is under an app image with the run image of that name now: in its registry; in the engine when its name is
/// one of this machine, or the registry does not have it. Each run image is asked for once.
/// </summary>
public sealed class RunImageCheck : IDisposable
{
    private readonly ConcurrentDictionary<(string Spelling, OciPlatform Platform), Lazy<Task<Current>>> _current = new();
    private readonly SinkLoggerFactory? _loggers;
    private readonly RegistryClient? _client;
    private readonly IImageStore _registry;
    private readonly IEngine? _engine;
    private readonly IReadOnlyList<PackRunImageMirror> _mirrors;

    /// <summary>A check.</summary>
    /// <param name="engine">The engine that is asked for run images of this machine; <see langword="null"/> for none. It is left to the caller.</param>
    /// <param name="access">What the command says of registries.</param>
    /// <param name="images">The images that the command names: their registries get the credential.</param>
    /// <param name="mirrors">The run image mirrors of the user's configuration.</param>
    /// <param name="sink">Gets messages.</param>
    public RunImageCheck(
        IEngine? engine, RegistryAccess access, IEnumerable<string> images, IReadOnlyList<PackRunImageMirror> mirrors, IPackSink sink)
    {
        ArgumentNullException.ThrowIfNull(access);
        _loggers = new SinkLoggerFactory(sink);
        _client = access.Connect(images, _loggers);
        (_registry, _engine, _mirrors) = (new RegistryImageStore(_client), engine, mirrors);
    }

    /// <summary>A check against a store.</summary>
    internal RunImageCheck(IEngine? engine, IImageStore registry, IReadOnlyList<PackRunImageMirror> mirrors) =>
        (_registry, _engine, _mirrors) = (registry, engine, mirrors);

    /// <summary>Compares the run images of an engine's images: their details are asked for in one call.</summary>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>One entry for each image.</returns>
    public async Task<IReadOnlyList<ImageFinding>> CheckAsync(IReadOnlyList<PackImage> images, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        string[] apps = [.. images.Where(image => image.IsApp).Select(image => image.Id).Distinct()];
        var details = apps.Length > 0 && _engine is not null
            ? await _engine.Images.InspectAsync(apps, cancellationToken).ConfigureAwait(false)
            : new Dictionary<string, ImageDetail>();
        var findings = new List<ImageFinding>();
        foreach (var image in images)
        {
            var finding = new ImageFinding(image.Name, image, null);
            findings.Add(details.TryGetValue(image.Id, out var detail) ? await CheckAsync(finding, detail.Config, cancellationToken).ConfigureAwait(false) : finding);
        }

        return findings;
    }

    /// <summary>Compares the run image of one image.</summary>
    internal async Task<ImageFinding> CheckAsync(ImageFinding finding, OciImageConfig config, CancellationToken cancellationToken)
    {
        if (finding.Image is not { IsApp: true } image || AppMetadata.Read(config) is not { } app)
        {
            return finding;
        }

        try
        {
            var name = app.RunImageNames(image.Registry, _mirrors) is [{ } first, ..] ? first
                : throw new PackException(PackErrorIds.RebaseRunImageMissing, PackErrorKind.InvalidInput, $"The image {image.Name} does not name its run image.")
                {
                    Target = image.Name,
                    RecommendedAction = "Build the app again, with a builder that names its run image.",
                };
            var platform = new OciPlatform(config.Architecture, config.Os, config.Variant);
            var current = await _current.GetOrAdd((name.Spelling, platform), key => new Lazy<Task<Current>>(() => FindAsync(name, key.Platform, cancellationToken)))
                .Value.WaitAsync(cancellationToken).ConfigureAwait(false);
            return finding with
            {
                Image = IsUnder(config, app, current) is not { } isSame ? image
                    : image with { RunImageOutdated = !isSame, NewerRunImage = isSame ? null : current.References[0] },
            };
        }
        catch (PackException failure)
        {
            return finding with { Failure = failure };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _loggers?.Dispose();
    }

    /// <summary>Whether an app has the layers of a run image. Without a label that says which layers those are, the reference decides.</summary>
    /// <returns><see langword="null"/> when the labels tell neither.</returns>
    private static bool? IsUnder(OciImageConfig config, AppMetadata app, Current current)
    {
        var own = config.Rootfs.DiffIds;
        var count = app.RunImageTopLayer is { } top ? own.ToList().IndexOf(top) + 1 : 0;
        return count > 0 ? own.Take(count).SequenceEqual(current.DiffIds, StringComparer.Ordinal)
            : app.RunImageReference is { } reference ? current.References.Contains(reference)
            : null;
    }

    private async Task<Current> FindAsync(ImageReference name, OciPlatform platform, CancellationToken cancellationToken)
    {
        if (name.IsLocal)
        {
            return await FindInEngineAsync(name, cancellationToken).ConfigureAwait(false) ?? throw Missing(name, null);
        }

        try
        {
            var image = await _registry.ResolveAsync(name, platform, cancellationToken).ConfigureAwait(false);
            return new Current(image.Config.Rootfs.DiffIds, [image.LabelReference, OciDigest.Hex(image.Id)]);
        }
        catch (PackException failure) when (failure.Kind is PackErrorKind.NotFound or PackErrorKind.Unauthorized)
        {
            // Registries do not tell strangers whether an image exists.
            return await FindInEngineAsync(name, cancellationToken).ConfigureAwait(false) ?? throw Missing(name, failure);
        }
    }

    private async Task<Current?> FindInEngineAsync(ImageReference name, CancellationToken cancellationToken) =>
        _engine is not null && (await _engine.Images.InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(name.Spelling) is { } detail
            ? new Current(detail.Config.Rootfs.DiffIds, [detail.LabelReference])
            : null;

    private PackException Missing(ImageReference name, PackException? cause) => new(
        PackErrorIds.RunImageNotFound, PackErrorKind.NotFound,
        $"The run image '{name.Spelling}' was not found{(cause is null ? "" : " in its registry")}{(_engine is null ? "" : $"{(cause is null ? "" : ", nor")} in {_engine.Kind}")}"
        + (cause is null ? "." : $": {cause.Message}"),
        cause)
    {
        Target = name.Spelling,
        RecommendedAction = cause?.RecommendedAction ?? "A run image whose name begins with localhost/ is in the engine that the app was built with.",
    };

    /// <summary>A run image as it is now.</summary>
    /// <param name="DiffIds">Its layers.</param>
    /// <param name="References">What the label of an app says of it.</param>
    private sealed record Current(IReadOnlyList<string> DiffIds, IReadOnlyList<string> References);
}
