namespace Buildpacks.Lifecycle.Building;

/// <summary>What a software bill of materials is about.</summary>
internal enum SbomKind
{
    /// <summary>What served the build.</summary>
    Build,

    /// <summary>What the next build gets from the cache.</summary>
    Cache,

    /// <summary>What is in the app image.</summary>
    Launch,
}
