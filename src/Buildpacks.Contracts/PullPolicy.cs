namespace Buildpacks;

/// <summary>When images are pulled.</summary>
public enum PullPolicy
{
    /// <summary>Always ask the registry; an image it does not have but the engine holds is used all the same.</summary>
    Always,

    /// <summary>Only when the engine does not hold the image.</summary>
    IfNotPresent,

    /// <summary>Never.</summary>
    Never,
}
