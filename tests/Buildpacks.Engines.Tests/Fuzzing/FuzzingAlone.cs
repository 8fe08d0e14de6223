namespace Buildpacks.Engines.Tests.Fuzzing;

/// <summary>Fuzzing runs while no other test does: others measure the memory of the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzingAlone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "fuzzing";
}
