using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>
/// Puts layers on an app image, each either written or, when the previous image has the same, used again. A layer that
/// the previous image may have is hashed before anything is written: for an unchanged layer that is all the work.
/// </summary>
/// <param name="export">The image on its way into its store.</param>
/// <param name="config">The image's config.</param>
/// <param name="log">Where its lines go.</param>
internal sealed class LayerExporter(IImageExport export, AppImageConfig config, ILifecycleLog log)
{
    private readonly Dictionary<string, string> diffIds = new(StringComparer.Ordinal);

    /// <summary>The diffIDs of the layers so far, by layer id.</summary>
    public IReadOnlyDictionary<string, string> DiffIds => diffIds;

    /// <summary>Adds a layer and says so.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="previous">The diffID that it had in the previous image, or <see langword="null"/>.</param>
    /// <returns>Its diffID.</returns>
    public string AddOrReuse(LayerSource layer, string? previous)
    {
        var (diffId, reused) = AddOrReuse(layer, previous is null ? [] : [previous]);
        log.Info($"{(reused ? "Reusing" : "Adding")} layer '{layer.Id}'");
        log.Debug($"Layer '{layer.Id}' SHA: {diffId}");
        return diffId;
    }

    /// <summary>Adds a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="previous">The diffIDs of the previous image among which it may be.</param>
    public (string DiffId, bool Reused) AddOrReuse(LayerSource layer, IReadOnlyCollection<string> previous)
    {
        if (previous.Any(export.CanReuse) && LayerHasher.DiffId(layer) is var hashed && previous.Contains(hashed) && export.CanReuse(hashed))
        {
            Reuse(hashed, layer.Id, layer.CreatedBy);
            return (hashed, true);
        }

        var added = export.Add(layer);
        Note(added, layer.Id, layer.CreatedBy);
        return (added, false);
    }

    /// <summary>Adds a layer of the previous image without looking at its content.</summary>
    /// <param name="diffId">The layer.</param>
    /// <param name="id">What messages call it.</param>
    /// <param name="createdBy">What the history says of it.</param>
    /// <exception cref="InvalidDataException">The previous image has no such layer.</exception>
    public void Reuse(string diffId, string id, string createdBy)
    {
        export.Reuse(diffId);
        Note(diffId, id, createdBy);
    }

    private void Note(string diffId, string id, string createdBy)
    {
        config.AddLayer(diffId, createdBy);
        diffIds[id] = diffId;
    }
}
