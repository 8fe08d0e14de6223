namespace Buildpacks.Samples.BaseImages;

/// <summary>What a base image is made of: a TOML file in samples/base.</summary>
public sealed class ImageRecipe
{
    /// <summary>The image's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The recipe of the image this one extends, beside it; <see langword="null"/> for an image from nothing.</summary>
    public string? Extends { get; set; }

    /// <summary>Packages of the machine (Debian, Ubuntu) whose files go in, documentation left out.</summary>
    public List<string> Packages { get; set; } = [];

    /// <summary>Such packages that may be missing.</summary>
    public List<string> OptionalPackages { get; set; } = [];

    /// <summary>Programs that go in wherever PATH has them, with the links that lead to them.</summary>
    public List<string> Programs { get; set; } = [];

    /// <summary>More files; those that do not exist are left out.</summary>
    public List<string> Files { get; set; } = [];

    /// <summary>The user of the image; <see langword="null"/> for that of the image it extends.</summary>
    public ImageUser? User { get; set; }

    /// <summary>Labels. The distribution's name and version come on top.</summary>
    public Dictionary<string, string> Labels { get; set; } = [];

    /// <summary>Environment.</summary>
    public Dictionary<string, string> Environment { get; set; } = [];
}
