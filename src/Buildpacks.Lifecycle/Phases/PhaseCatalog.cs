using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.Building;
using Buildpacks.Lifecycle.Creating;
using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Exporting;
using Buildpacks.Lifecycle.Restoring;

namespace Buildpacks.Lifecycle.Phases;

/// <summary>The phases that this binary has.</summary>
internal static class PhaseCatalog
{
    /// <summary>All phases: the one that runs a whole build, then those of a build in their order.</summary>
    public static IReadOnlyList<IPhase> All { get; } =
    [
        new CreatePhase(),
        new AnalyzePhase(),
        new DetectPhase(),
        new RestorePhase(),
        new BuildPhase(),
        new ExportPhase(),
    ];

    /// <summary>The phase of that name or verb, or <see langword="null"/>.</summary>
    public static IPhase? Find(string name) =>
        All.FirstOrDefault(phase => phase.Name == name || phase.Verb == name);
}
