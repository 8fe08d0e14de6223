using Buildpacks.Builds.Planning;
using Buildpacks.Configuration;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Remembers which layout became the image that has a name. A lifecycle that names the same layout again has made the same image:
/// the layout then need not leave the container.
/// </summary>
/// <param name="engine">The engine as build markers name it: each has images of its own.</param>
/// <param name="hints">Where it is kept, an entry an image name.</param>
internal sealed class ExportedLayouts(string engine, Hints hints)
{
    /// <summary>Whether a layout is an image that the engine has.</summary>
    /// <param name="plan">The build: the image's name, and the image that has it now.</param>
    /// <param name="layout">The digest of the layout's manifest; <see langword="null"/> when the lifecycle named none.</param>
    public bool IsOf(BuildPlan plan, string? layout) =>
        plan.Target is null && CurrentOf(plan) is { } image && layout is not null && hints.Find(Key(plan)) == Entry(plan, image, layout);

    /// <summary>Whether a build of an image of this name has come to its end.</summary>
    /// <param name="plan">The build.</param>
    public bool Knows(BuildPlan plan) => plan.Target is null && hints.Find(Key(plan)) is not null;

    /// <summary>Notes what became of a layout.</summary>
    /// <param name="plan">The build.</param>
    /// <param name="id">The id the engine gave the image; of a published image, the digest of its manifest.</param>
    /// <param name="layout">The digest of the layout's manifest.</param>
    public void Store(BuildPlan plan, string id, string layout) => hints.Store(Key(plan), Entry(plan, id, layout));

    private static string? CurrentOf(BuildPlan plan) => plan.Published is { } published ? published.PreviousDigest : plan.Current?.Id;

    /// <summary>The engine may hold another image of the name than its registry.</summary>
    private string Key(BuildPlan plan) => $"{engine}\n{(plan.Published is null ? "" : "registry\n")}{plan.Image}{(plan.IsOfIndex ? $"\n{plan.Platform}" : "")}";

    /// <summary>Two builds that end in the same layout make two images when they write another reference of the run image into it.</summary>
    private static string Entry(BuildPlan plan, string id, string layout) => $"{id} {layout} {plan.RunImageReference}";
}
