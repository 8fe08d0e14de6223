namespace Buildpacks;

/// <summary>When images are pulled.</summary>
public enum PullPolicy
{
    /// <summary>Always contact the registry; when it does not have the image, the image in the engine is used.</summary>
    Always,

    /// <summary>Only when the engine does not have the image.</summary>
    IfNotPresent,

    /// <summary>Never.</summary>
    Never,
}
