namespace Buildpacks.Engines.Tests.Fixtures;

/// <summary>Tests that may take much memory run while no other test does: others measure the memory of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryHungry
{
    /// <summary>The collection's name.</summary>
    public const string Name = "memory-hungry";
}
