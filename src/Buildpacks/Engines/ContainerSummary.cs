namespace Buildpacks.Engines;

/// <summary>A container as a list shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Running">Whether it runs.</param>
/// <param name="Labels">Its labels.</param>
public sealed record ContainerSummary(string Id, string Name, bool Running, IReadOnlyDictionary<string, string> Labels);
