using Buildpacks.Builds.Phases;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Planning;

/// <summary>Gets the images that a build needs into the engine's store, by the pull policy, and asks for their details in as few calls as can be.</summary>
internal sealed class ImageFetcher(
    IEngine engine, PullPolicy policy, RegistryLocations mirrors, RegistryCredentials credentials, PhaseClock clock, IPackSink sink, ILogger logger)
{
    /// <summary>The registries whose certificate is not checked, and which may speak plain HTTP.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>The credential that the caller gave for one registry; <see langword="null"/> for none. It comes before the one that is stored.</summary>
    public (string Registry, RegistryCredential Credential)? Given { get; init; }

    private readonly Dictionary<string, ImageDetail?> _known = new(StringComparer.Ordinal);

    /// <summary>Names with which the id of an image begins.</summary>
    private readonly HashSet<string> _shortIds = new(StringComparer.Ordinal);

    /// <summary>What was pulled because the policy is to always do so, and what came of it.</summary>
    private readonly Dictionary<string, PackException?> _refreshed = new(StringComparer.Ordinal);

    /// <summary>Asks for the details of images that are not known yet, in one call.</summary>
    public async Task InspectAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var unknown = names.Where(name => !_known.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        var found = await clock.MeasureAsync("inspect", () => engine.Images.InspectAsync(unknown, cancellationToken)).ConfigureAwait(false);
        foreach (var name in unknown)
        {
            // The image may be pulled: it is not the one whose id begins with its name.
            var image = found.GetValueOrDefault(name);
            _known[name] = image is not null && SelectedImage.IsShortIdOf(name, image, engine) ? null : image;
            if (image is not null && _known[name] is null)
            {
                _shortIds.Add(name);
            }
        }
    }

    /// <summary>The details of an image that was asked for; <see langword="null"/> when the engine does not have it.</summary>
    public ImageDetail? Known(string name) => _known.GetValueOrDefault(name);

    /// <summary>The details of an image that was asked for as it is spelled; <see langword="null"/> when the engine does not have it.</summary>
    public ImageDetail? Known(ImageReference name) => Known(name.Spelling);

    /// <summary>Pulls an image if the policy is to always do so, and goes on with what the engine has if that fails.</summary>
    public async Task RefreshAsync(ImageReference name, CancellationToken cancellationToken)
    {
        if (policy != PullPolicy.Always || !CanPull(name) || !_refreshed.TryAdd(name.Spelling, null))
        {
            return;
        }

        try
        {
            await PullFirstAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind is PackErrorKind.NotFound or PackErrorKind.Unreachable or PackErrorKind.Unauthorized or PackErrorKind.Failed)
        {
            _refreshed[name.Spelling] = exception;
            await InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false);

            // That a registry does not have what was built here is no surprise; that it could not be asked is one.
            var level = exception.Kind != PackErrorKind.NotFound && Known(name) is not null ? LogLevel.Warning : LogLevel.Debug;
            logger.Log(level, "{Image} could not be pulled; the image in {Engine} is used if it exists: {Reason}", name.Spelling, engine.Kind, exception.Message);
        }
    }

    /// <summary>The first of some images that can be pulled, if the policy is to always do so.</summary>
    /// <param name="names">The images, the most wanted first. One that cannot be in a registry is taken as it is in the engine.</param>
    /// <param name="cancellationToken">Ends the pulls.</param>
    /// <returns><see langword="null"/> when none can be pulled, or need not be.</returns>
    public async Task<ImageReference?> RefreshFirstAsync(IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        foreach (var name in policy == PullPolicy.Always ? names : [])
        {
            await RefreshAsync(name, cancellationToken).ConfigureAwait(false);
            await InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false);
            if (Known(name) is not null && _refreshed.GetValueOrDefault(name.Spelling) is null)
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Pulls an image that the engine does not have, unless the policy is to never do so. Failing to is a warning.</summary>
    public async Task TryGetAsync(ImageReference name, CancellationToken cancellationToken)
    {
        await InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false);
        if (Known(name) is not null || policy == PullPolicy.Never || !CanPull(name) || !_refreshed.TryAdd(name.Spelling, null))
        {
            return;
        }

        try
        {
            await PullFirstAsync(name, cancellationToken).ConfigureAwait(false);
            await InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception)
        {
            _refreshed[name.Spelling] = exception;
            logger.LogWarning("The mirror {Image} could not be pulled: {Reason}", name.Spelling, exception.Message);
        }
    }

    /// <summary>The first of some images that the engine has, or gets by pulling.</summary>
    /// <param name="names">The images, the most wanted first.</param>
    /// <param name="what">What the image is for: <c>builder</c>, <c>run image</c>.</param>
    /// <param name="errorId">The id of the failure when there is none.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<(ImageReference Name, ImageDetail Detail)> RequireAsync(
        IReadOnlyList<ImageReference> names, string what, string errorId, CancellationToken cancellationToken)
    {
        await InspectAsync(names.Select(name => name.Spelling), cancellationToken).ConfigureAwait(false);
        if (FirstKnown() is { } present)
        {
            return present;
        }

        var problem = names.Select(name => _refreshed.GetValueOrDefault(name.Spelling)).FirstOrDefault(failure => failure is not null);
        foreach (var name in names.Where(name => policy != PullPolicy.Never && CanPull(name) && !_refreshed.ContainsKey(name.Spelling)))
        {
            try
            {
                await PullFirstAsync(name, cancellationToken).ConfigureAwait(false);
                await InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false);
                if (FirstKnown() is { } pulled)
                {
                    return pulled;
                }
            }
            catch (PackException exception)
            {
                problem ??= exception;
            }
        }

        throw NotFound(names[0], what, errorId, problem);

        (ImageReference, ImageDetail)? FirstKnown() => names.FirstOrDefault(name => Known(name) is not null) is { } name ? (name, Known(name)!) : null;
    }

    /// <summary>The first of some images that the engine has for a platform, or gets by pulling.</summary>
    /// <param name="names">The images, the most wanted first.</param>
    /// <param name="what">What the image is for: <c>builder</c>, <c>run image</c>.</param>
    /// <param name="errorId">The id of the failure when there is none.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="images">Finds images in registries.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PackException"><c>PlatformNotFound</c>, or as for other images.</exception>
    public async Task<(ImageReference Name, ImageDetail Detail)> RequireAsync(
        IReadOnlyList<ImageReference> names, string what, string errorId, OciPlatform platform, PlatformImages images, CancellationToken cancellationToken)
    {
        await InspectAsync(names.Concat(names.Select(name => images.Find(name, platform)).OfType<ImageReference>()).Select(name => name.Spelling), cancellationToken).ConfigureAwait(false);
        PackException? problem = null;
        foreach (var name in names)
        {
            if (policy != PullPolicy.Always && Present(name, distance => distance == 0) is { } present)
            {
                return (name, present);
            }

            if (policy == PullPolicy.Never || !CanPull(name))
            {
                continue;
            }

            try
            {
                if (await images.AskAsync(name, platform, cancellationToken).ConfigureAwait(false) is { } chosen)
                {
                    if (Known(name) is { } other && PlatformChoice.Distance(PlatformName.Of(other.Config), platform) is null)
                    {
                        logger.LogInformation("{Engine} has {Image} for {Platform}; the image for {Wanted} is used.", engine.Kind, name.Spelling, PlatformName.Of(other.Config), platform);
                    }

                    await InspectAsync([chosen.Spelling], cancellationToken).ConfigureAwait(false);
                    if (Known(chosen) is null)
                    {
                        await PullFirstAsync(chosen, cancellationToken).ConfigureAwait(false);
                        await InspectAsync([chosen.Spelling], cancellationToken).ConfigureAwait(false);
                    }

                    if (Known(chosen) is { } pulled)
                    {
                        return (name, pulled);
                    }
                }
            }
            catch (PackException exception)
            {
                problem ??= exception;
            }
        }

        foreach (var name in names)
        {
            if (Present(name, distance => distance is not null) is { } present)
            {
                if (problem is not null && problem.Kind != PackErrorKind.NotFound)
                {
                    logger.LogWarning("{Image} could not be looked up in its registry; the image in {Engine} is used: {Reason}", name.Spelling, engine.Kind, problem.Message);
                }

                return (name, present);
            }
        }

        if (problem?.ErrorId == PackErrorIds.PlatformNotFound)
        {
            throw problem;
        }

        throw names.FirstOrDefault(name => Known(name) is not null) is { } mismatched
            ? new PackException(
                PackErrorIds.PlatformNotFound, PackErrorKind.NotFound,
                $"The {what} '{mismatched.Spelling}' in {engine.Kind} is for {PlatformName.Of(Known(mismatched)!.Config)}, and not for {platform}{(problem is null ? "." : ": " + problem.Message)}", problem)
            {
                Target = mismatched.Spelling,
                RecommendedAction = $"Use a {what} for {platform}, or one in a registry that has images for several platforms.",
            }
            : NotFound(names[0], what, errorId, problem);

        ImageDetail? Present(ImageReference name, Func<int?, bool> fits) =>
            new[] { name, images.Find(name, platform) }.OfType<ImageReference>().Select(Known).OfType<ImageDetail>()
                .FirstOrDefault(image => fits(PlatformChoice.Distance(PlatformName.Of(image.Config), platform)));
    }

    private PackException NotFound(ImageReference name, string what, string errorId, PackException? problem)
    {
        if (_shortIds.Contains(name.Spelling))
        {
            return SelectedImage.IdTooShort(name.Spelling, engine.Kind);
        }

        var why = problem is not null ? $", and it cannot be pulled: {problem.Message}"
            : policy == PullPolicy.Never ? ", and it may not be pulled."
            : ".";
        return new PackException(errorId, problem?.Kind ?? PackErrorKind.NotFound, $"The {what} '{name.Spelling}' is not in the store of {engine.Kind}{why}", problem)
        {
            Target = name.Spelling,
            RecommendedAction = $"Check the name of the {what}; Get-PackImage -All shows the images that {engine.Kind} has."
                + (problem?.RecommendedAction is { } action && problem.Kind != PackErrorKind.NotFound ? " " + action : ""),
        };
    }

    /// <summary>Pulls an image from the first registry that has it: a mirror, or its own.</summary>
    private async Task PullFirstAsync(ImageReference name, CancellationToken cancellationToken)
    {
        // An engine gives no name with a digest to an image of another repository.
        var sources = name.Digest is null ? mirrors.Sources(name) : [name];
        foreach (var source in sources.SkipLast(1))
        {
            try
            {
                await PullFromMirrorAsync(source, name, cancellationToken).ConfigureAwait(false);
                _known.Remove(name.Spelling);
                return;
            }
            catch (PackException exception)
            {
                logger.LogWarning("{Image} could not be pulled from the mirror {Mirror}: {Reason}", name.ToFamiliarString(), source.ToFamiliarString(), exception.Message);
            }
        }

        await PullAsync(sources[^1], cancellationToken).ConfigureAwait(false);

        // What was known is what it was before.
        _known.Remove(name.Spelling);
    }

    /// <summary>Pulls an image by its name at a mirror, and leaves it with the name that it was asked for by.</summary>
    private async Task PullFromMirrorAsync(ImageReference source, ImageReference reference, CancellationToken cancellationToken)
    {
        var (from, to) = (source.ToString(), reference.ToString());
        var isThere = (await engine.Images.InspectAsync([from], cancellationToken).ConfigureAwait(false)).Count > 0;
        await PullAsync(source, cancellationToken).ConfigureAwait(false);
        try
        {
            await engine.Images.TagAsync(from, to, cancellationToken).ConfigureAwait(false);
            if (!isThere)
            {
                await engine.Images.RemoveAsync(from, force: false, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.NotFound)
        {
            // Another build did the same, and was faster.
        }
    }

    private async Task PullAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var credential = Given is { } given && given.Registry == reference.Registry ? given.Credential
            : engine.Capabilities.NeedsCredentials ? await credentials.FindAsync(reference, cancellationToken).ConfigureAwait(false)
            : null;
        logger.LogInformation("Pulling {Image}", reference.ToFamiliarString());
        using var progress = new PullProgress(sink, reference.ToFamiliarString());
        await clock.MeasureAsync(
            "pull", () => engine.Images.PullAsync(new ImageTransfer(reference.ToString()) { Credential = credential, Insecure = IsInsecure(reference.Registry) }, progress, cancellationToken)).ConfigureAwait(false);
    }

    private bool IsInsecure(string registry) =>
        InsecureRegistries.Contains(registry, StringComparer.OrdinalIgnoreCase) || RegistryLocations.PullsInsecure(engine.Capabilities, registry);

    private static bool CanPull(ImageReference name) => !name.IsLocal;
}
