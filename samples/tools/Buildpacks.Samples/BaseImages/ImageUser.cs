namespace Buildpacks.Samples.BaseImages;

/// <summary>The user that an image's containers run as.</summary>
public sealed class ImageUser
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its id, and that of its group.</summary>
    public int Id { get; set; }

    /// <summary>Its home.</summary>
    public string Home { get; set; } = "/";
}
