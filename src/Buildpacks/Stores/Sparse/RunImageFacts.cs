using System.Globalization;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Sparse;

/// <summary>
/// What an app image in an engine's store keeps of its run image besides layers and config. It is what a lifecycle writes that
/// exports to a docker daemon, so that an image has the same id whatever tool built it and in whatever engine.
/// </summary>
internal static class RunImageFacts
{
    /// <summary>The history of the layers of a run image or a build image. Costs docker one call, podman none.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="runImage">The run image or build image.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// A step for each layer, the base first; <see langword="null"/> when the image has no such history. docker does not tell which steps
    /// made no layer, so the history of an image with such steps is not kept.
    /// </returns>
    public static async Task<IReadOnlyList<OciHistory>?> HistoryAsync(IEngine engine, ImageDetail runImage, CancellationToken cancellationToken)
    {
        var history = runImage.Config.History ?? (engine.Capabilities.InspectsHistory
            ? []
            : [.. (await engine.Images.GetHistoryAsync(runImage.Id, cancellationToken).ConfigureAwait(false)).Reverse().Select(Step)]);
        return history.Count > 0 && history.Count == runImage.Config.Rootfs.DiffIds.Count ? [.. history.Select(Kept)] : null;
    }

    /// <summary>The history of the layers of an image whose config is that of a registry.</summary>
    /// <param name="config">The config.</param>
    /// <returns>A step for each layer, the base first: without words when the config does not tell.</returns>
    public static IReadOnlyList<OciHistory> HistoryOf(OciImageConfig config)
    {
        OciHistory[] steps = [.. (config.History ?? []).Where(step => step.EmptyLayer != true)];
        return steps.Length == config.Rootfs.DiffIds.Count ? steps : [.. config.Rootfs.DiffIds.Select(_ => new OciHistory())];
    }

    private static OciHistory Step(ImageHistoryEntry step) => new()
    {
        Created = step.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        CreatedBy = step.CreatedBy.Length > 0 ? step.CreatedBy : null,
        Comment = step.Comment.Length > 0 ? step.Comment : null,
    };

    /// <summary>docker tells no authors.</summary>
    private static OciHistory Kept(OciHistory step) => new() { Created = step.Created, CreatedBy = step.CreatedBy, Comment = step.Comment };
}
