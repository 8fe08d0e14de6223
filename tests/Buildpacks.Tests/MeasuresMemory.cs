namespace Buildpacks.Tests;

/// <summary>Tests that measure what the process allocates run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresMemory
{
    /// <summary>The collection's name.</summary>
    public const string Name = "measures-memory";
}
