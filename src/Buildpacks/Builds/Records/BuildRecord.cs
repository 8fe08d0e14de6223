using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Stores.Exports;

namespace Buildpacks.Builds.Records;

/// <summary>What has happened in a build so far. Its result, its log and its error are made from it.</summary>
internal sealed class BuildRecord
{
    /// <summary>Measures the steps.</summary>
    public PhaseClock Clock { get; } = new();

    /// <summary>What was read of the request; <see langword="null"/> as long as it was not.</summary>
    public BuildInputs? Inputs { get; set; }

    /// <summary>The plan; <see langword="null"/> as long as there is none.</summary>
    public BuildPlan? Plan { get; set; }

    /// <summary>The image that was built; <see langword="null"/> as long as there is none.</summary>
    public WrittenImage? Outcome { get; set; }

    /// <summary>The build-time environment; empty until it was read.</summary>
    public IReadOnlyDictionary<string, string> Environment => Inputs?.Environment ?? new Dictionary<string, string>();
}
