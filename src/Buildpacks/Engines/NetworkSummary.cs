namespace Buildpacks.Engines;

/// <summary>A network that containers can be put into.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Driver">What makes it: <c>bridge</c>, <c>macvlan</c>, ….</param>
public sealed record NetworkSummary(string Name, string Driver);
