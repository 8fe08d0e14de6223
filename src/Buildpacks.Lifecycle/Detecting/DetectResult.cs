using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>The group that passed, and its plan.</summary>
internal sealed record DetectResult(BuildpackGroup Group, BuildPlan Plan);
