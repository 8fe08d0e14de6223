namespace Buildpacks.Benchmarks.Reporting;

/// <summary>What the time of something is made of.</summary>
/// <param name="Title">Of what.</param>
/// <param name="Steps">Its parts, in their order.</param>
internal sealed record Profile(string Title, IReadOnlyList<ProfileStep> Steps);
