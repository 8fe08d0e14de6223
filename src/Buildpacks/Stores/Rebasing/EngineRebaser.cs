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
        var found = await InspectAsync(request.RunImage is { } wanted ? [request.Name, wanted] : [request.Name]).ConfigureAwait(false);
        var app = found.GetValueOrDefault(request.Name) ?? throw NotFound(request.Name);
        SelectedImage.RefuseShortId(request.Name, engine, app);
        var metadata = RebasedImage.MetadataOf(request.Name, app.Config);
        var runName = request.RunImage ?? RebasedImage.RunImageOf(request.Name, metadata, registry: null);
        var runImage = found.GetValueOrDefault(runName)
            ?? (request.RunImage is null ? (await InspectAsync([runName]).ConfigureAwait(false)).GetValueOrDefault(runName) : null)
            ?? await PullAsync(runName, cancellationToken).ConfigureAwait(false);
        SelectedImage.RefuseShortId(runName, engine, runImage);

        var reference = runImage.LabelReference;
        var rebased = RebasedImage.Create(
            request.Name, app.Config, new RebaseBase(runName, reference, runImage.Config), request.Force, warning => logger.LogWarning("{Warning}", warning));
        var names = NamesOf(request.Name, app);
        var result = new PackImageUpdate
        {
            Name = names[0],
            Tags = [.. names],
            Id = app.Id,
            Digest = app.Digest,
            PreviousId = app.Id,
            PreviousDigest = app.Digest,
            RunImage = runName,
            RunImageReference = reference,
            PreviousRunImage = metadata.RunImage,
            PreviousRunImageReference = metadata.RunImageReference,
            Engine = engine.Kind,
            Endpoint = engine.Endpoint,
        };
        if (rebased.IsUnchanged)
        {
            return result with { Unchanged = true };
        }

        var image = new ArchiveImage(rebased.Config, [.. rebased.DiffIds.Select(ArchiveLayer.HeldBy)], names);
        return await new ImageLoader(engine, logger).LoadOrUndoAsync(
            (_, _) => Task.FromResult(image), [app.Id, runImage.Id], names.ToDictionary(name => name, _ => app.Id), progress: null, LandAsync, cancellationToken).ConfigureAwait(false);

        async Task<PackImageUpdate> LandAsync(LoadedImage loaded)
        {
            var landed = !loaded.NamedByManifest ? null : (await InspectAsync([names[0]]).ConfigureAwait(false)).GetValueOrDefault(names[0]);
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

    /// <summary>The names that move to the new image: the one that was typed, or all for an id.</summary>
    private string[] NamesOf(string typed, ImageDetail app)
    {
        var selected = SelectedImage.Of(typed, ImageCatalog.FromDetail(engine.Kind, engine.Endpoint, app)).Names;
        string[] names = [.. selected.Select(name => ImageReference.TryParse(name, out var reference, out _) && reference.Digest is null ? reference.ToString() : null).OfType<string>()];
        return names.Length > 0 ? names : throw new PackException(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"The image {typed} has no name that could move to the new image.")
        {
            Target = typed,
            RecommendedAction = $"Give it a name with '{engine.Kind.ToString().ToLowerInvariant()} tag'.",
        };
    }

    private async Task<ImageDetail> PullAsync(string name, CancellationToken cancellationToken)
    {
        ImageNames.Check(name, "run image");
        var reference = ImageReference.Parse(name);
        if (reference.IsLocal)
        {
            throw Missing(name, ".", PackErrorKind.NotFound, null);
        }

        logger.LogInformation("Pulling {Image}", reference.ToFamiliarString());
        var credential = engine.Capabilities.NeedsCredentials
            ? await RegistryCredentials.OfUser().FindAsync(reference, cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            await engine.Images.PullAsync(new ImageTransfer(reference.ToString()) { Credential = credential }, null, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException problem)
        {
            throw Missing(name, $", and it cannot be pulled: {problem.Message}", problem.Kind, problem);
        }

        return (await engine.Images.InspectAsync([name], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(name) ?? throw NotFound(name);
    }

    private PackException Missing(string name, string why, PackErrorKind kind, PackException? problem) =>
        new(PackErrorIds.RunImageNotFound, kind, $"The run image '{name}' is not in the store of {engine.Kind}{why}", problem)
        {
            Target = name,
            RecommendedAction = $"Check the name of the run image; Get-PackImage -All shows the images that {engine.Kind} has.",
        };

    private PackException NotFound(string name) =>
        new(PackErrorIds.ImageNotFound, PackErrorKind.NotFound, $"{engine.Kind} does not have the image '{name}'.")
        {
            Target = name,
            RecommendedAction = "Get-PackImage -All shows the images it holds; -Registry updates the image in its registry.",
        };
}
