namespace Buildpacks.Engines;

/// <summary>What is mounted.</summary>
public enum ContainerMountKind
{
    /// <summary>A named volume.</summary>
    Volume,

    /// <summary>A path of the engine's machine.</summary>
    Bind,
}
