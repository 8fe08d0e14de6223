namespace Buildpacks.Tests;

/// <summary>Tests that count what the process allocates: what ran beside them would be counted, too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCounted
{
    public const string Name = "counts memory";
}
