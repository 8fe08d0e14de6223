namespace Buildpacks.Descriptors;

/// <summary>What a module of a builder is.</summary>
public enum ModuleKind
{
    /// <summary>A buildpack: it detects and builds.</summary>
    Buildpack,

    /// <summary>An image extension: it detects and generates Dockerfiles.</summary>
    Extension,
}
