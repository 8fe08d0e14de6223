using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Rebasing;

/// <summary>
/// Gives an app image of an engine's store another run image. Only config and manifest are loaded; the layers are in the store already.
/// </summary>
/// <param name="engine">The engine; left to the caller.</param>
/// <param name="logger">Gets warnings.</param>
internal sealed class EngineRebaser(IEngine engine, ILogger logger)
{
    /// <summary>Updates an image.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="cancellationToken">Ends the update; the store is as it was then.</param>
    public async Task<PackImageUpdate> RebaseAsync(RebaseRequest request, CancellationToken cancellationToken)
    {
        string[] asked = [.. new[] { request.Source, request.Name, request.RunImage }.OfType<string>().Distinct(StringComparer.Ordinal)];
        var found = await InspectAsync(asked).ConfigureAwait(false);
        var app = found.GetValueOrDefault(request.Source) ?? throw NotFound(request.Source);
        SelectedImage.RefuseShortId(request.Source, engine, app);
        string[] moved = request.PreviousImage is null ? NamesOf(request.Name, app) : [ImageNames.Parse(request.Name).ToString()];
        var holder = found.GetValueOrDefault(request.Name);
        var metadata = RebasedImage.MetadataOf(request.Source, app.Config);
        var (runName, runImage) = await FindRunImageAsync(request, metadata, found, cancellationToken).ConfigureAwait(false);
        SelectedImage.RefuseShortId(runName.Spelling, engine, runImage);

        var reference = runImage.LabelReference;
        var rebased = RebasedImage.Create(request, app.Config, new RebaseBase(runName, reference, runImage.Config), logger);
        var result = new PackImageUpdate
        {
            Name = moved[0],
            Tags = [.. moved],
            Id = app.Id,
            Digest = app.Digest,
            PreviousId = app.Id,
            PreviousDigest = app.Digest,
            RunImage = runName.Spelling,
            RunImageReference = reference,
            PreviousRunImage = metadata.RunImage,
            PreviousRunImageReference = metadata.RunImageReference,
            Engine = engine.Kind,
            Endpoint = engine.Endpoint,
        };
        if (rebased.IsUnchanged)
        {
            if (request.PreviousImage is not null && holder?.Id != app.Id)
            {
                await engine.Images.TagAsync(app.Id, moved[0], cancellationToken).ConfigureAwait(false);
            }

            return result with { Unchanged = true };
        }

        var image = new ArchiveImage(rebased.Config, [.. rebased.DiffIds.Select(ArchiveLayer.HeldBy)], moved);
        return await new ImageLoader(engine, logger).LoadOrUndoAsync(
            (_, _) => Task.FromResult(image), [app.Id, runImage.Id], Holders(), progress: null, LandAsync, cancellationToken).ConfigureAwait(false);

        Dictionary<string, string> Holders() =>
            request.PreviousImage is null ? moved.ToDictionary(name => name, _ => app.Id) : holder is null ? [] : new() { [moved[0]] = holder.Id };

        async Task<PackImageUpdate> LandAsync(LoadedImage loaded)
        {
            var landed = !loaded.NamedByManifest ? null : (await InspectAsync([moved[0]]).ConfigureAwait(false)).GetValueOrDefault(moved[0]);
            return result with
            {
                Id = landed?.Id ?? loaded.Image.ConfigDigest,
                Digest = landed?.Digest ?? (loaded.Form == ArchiveForm.Oci ? loaded.Image.ManifestDigest : null),
                LayersMoved = loaded.Sparse ? 0 : rebased.DiffIds.Count,
                BytesMoved = loaded.Bytes,
            };
        }

        Task<IReadOnlyDictionary<string, ImageDetail>> InspectAsync(IReadOnlyCollection<string> images) => engine.Images.InspectAsync(images, cancellationToken);
    }

    private async Task<(ImageReference Name, ImageDetail Image)> FindRunImageAsync(
        RebaseRequest request, AppMetadata app, IReadOnlyDictionary<string, ImageDetail> found, CancellationToken cancellationToken)
    {
        var names = RunImageSearch.Names(request, app, registry: null);
        if (request.RunImage is null)
        {
            found = await engine.Images.InspectAsync([.. names.Select(name => name.Spelling)], cancellationToken).ConfigureAwait(false);
        }

        // A mirror that the user names is meant to be used. Of other names, one that is in the store needs no pull.
        IReadOnlyList<ImageReference> candidates = names[0].Spelling == app.RunImage ? [.. names.OrderByDescending(name => found.ContainsKey(name.Spelling))] : names;
        return await RunImageSearch.FirstAsync(
            candidates, name => GetAsync(name, found.GetValueOrDefault(name.Spelling), request.PullPolicy, cancellationToken), logger).ConfigureAwait(false);
    }

    /// <summary>The run image of a name, pulled by the pull policy.</summary>
    private async Task<ImageDetail> GetAsync(ImageReference name, ImageDetail? present, PullPolicy policy, CancellationToken cancellationToken)
    {
        if (present is not null && (policy != PullPolicy.Always || name.IsLocal))
        {
            return present;
        }

        if (policy == PullPolicy.Never)
        {
            throw Missing(name, ", and it may not be pulled.", PackErrorKind.NotFound, null);
        }

        try
        {
            return await PullAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (present is not null)
        {
            logger.LogWarning("{Image} could not be pulled; the image in {Engine} is used: {Reason}", name.Spelling, engine.Kind, failure.Message);
            return present;
        }
    }

    /// <summary>The names that move to the new image: the one that was typed, or all for an id.</summary>
    private string[] NamesOf(string typed, ImageDetail app)
    {
        var selected = SelectedImage.Of(typed, ImageCatalog.FromDetail(engine.Kind, engine.Endpoint, app)).Names;
        string[] names = [.. selected.Select(ImageReference.Find).OfType<ImageReference>().Where(name => name.Digest is null).Select(name => name.ToString())];
        return names.Length > 0 ? names : throw new PackException(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"The image {typed} has no name that could move to the new image.")
        {
            Target = typed,
            RecommendedAction = $"Give it a name with '{engine.Kind.ToString().ToLowerInvariant()} tag'.",
        };
    }

    private async Task<ImageDetail> PullAsync(ImageReference name, CancellationToken cancellationToken)
    {
        if (name.IsLocal)
        {
            throw Missing(name, ".", PackErrorKind.NotFound, null);
        }

        logger.LogInformation("Pulling {Image}", name.ToFamiliarString());
        var credential = engine.Capabilities.NeedsCredentials
            ? await RegistryCredentials.OfUser().FindAsync(name, cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            await engine.Images.PullAsync(new ImageTransfer(name.ToString()) { Credential = credential, Insecure = RegistryLocations.PullsInsecure(engine.Capabilities, name.Registry) }, null, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException problem)
        {
            throw Missing(name, $", and it cannot be pulled: {problem.Message}", problem.Kind, problem);
        }

        return (await engine.Images.InspectAsync([name.Spelling], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(name.Spelling) ?? throw NotFound(name.Spelling);
    }

    private PackException Missing(ImageReference name, string why, PackErrorKind kind, PackException? problem) =>
        new(PackErrorIds.RunImageNotFound, kind, $"The run image '{name.Spelling}' is not in the store of {engine.Kind}{why}", problem)
        {
            Target = name.Spelling,
            RecommendedAction = $"Check the name of the run image; Get-PackImage -All shows the images that {engine.Kind} has.",
        };

    private PackException NotFound(string name) =>
        new(PackErrorIds.ImageNotFound, PackErrorKind.NotFound, $"{engine.Kind} does not have the image '{name}'.")
        {
            Target = name,
            RecommendedAction = "Get-PackImage -All shows the images it holds; -Registry updates the image in its registry.",
        };
}
