using System.Text.RegularExpressions;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>
/// An image outside of an engine, as commands name it: <c>oci:PATH</c>, <c>oci-archive:PATH</c>, <c>docker-archive:PATH</c> or
/// <c>registry:NAME</c>. A name without such a prefix is an image of the engine.
/// </summary>
/// <param name="Format">The format at a path; <see langword="null"/> for a name in a registry.</param>
/// <param name="Rest">The path, possibly followed by <c>:</c> and the name of one of its images; or the name in the registry.</param>
public sealed record ImagePlace(PackImageFormat? Format, string Rest)
{
    private const string RegistryPrefix = "registry:";

    private static readonly (PackImageFormat Format, string Prefix)[] Prefixes =
    [
        (PackImageFormat.Layout, "oci:"), (PackImageFormat.OciArchive, "oci-archive:"), (PackImageFormat.DockerArchive, "docker-archive:"),
    ];

    /// <summary>Reads a place.</summary>
    /// <returns><see langword="null"/> for a name of an image of the engine, such as <c>registry:2</c>, the image that is called registry.</returns>
    public static ImagePlace? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (format, prefix) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length)
            {
                return new ImagePlace(format, text[prefix.Length..]);
            }
        }

        // A tag is the only thing that can follow the colon in an image's name.
        return text.StartsWith(RegistryPrefix, StringComparison.Ordinal) && text[RegistryPrefix.Length..] is var name && name.IndexOfAny(['/', ':', '@']) >= 0
            ? new ImagePlace(null, name)
            : null;
    }

    /// <summary>The prefix of a format.</summary>
    internal static string PrefixOf(PackImageFormat format) => Prefixes.First(entry => entry.Format == format).Prefix;
}

/// <summary>A layout folder or an archive, and possibly one of its images.</summary>
/// <param name="Format">What is at the path.</param>
/// <param name="Path">The full path.</param>
public sealed partial record ImageFilePlace(PackImageFormat Format, string Path)
{
    /// <summary>The name or the digest of one of the images; <see langword="null"/> for the only one, or for all.</summary>
    public string? Image { get; init; }

    /// <summary>The name of the image at the place: the one behind the colon, a tag of it, or the name of the folder or file.</summary>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>.</exception>
    internal ImageReference NameOf()
    {
        var own = Unfit().Replace(System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.TrimEndingDirectorySeparator(Path)).ToLowerInvariant(), "-").Trim('.', '_', '-');
        var name = Image is null ? own : Tag().IsMatch(Image) ? $"{own}:{Image}" : Image;
        return ImageNames.Parse(name.Length == 0 ? "image" : name);
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Unfit();

    /// <summary>A name has a slash or a colon, as in layouts of other tools.</summary>
    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
    private static partial Regex Tag();

    /// <summary>The place as commands take it.</summary>
    public override string ToString() => ImagePlace.PrefixOf(Format) + Path + (Image is null ? "" : ":" + Image);

    /// <summary>A folder below another one for what belongs to the image.</summary>
    /// <param name="folder">The other folder.</param>
    public string FolderIn(string folder)
    {
        var own = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(Path));
        return Image is null ? own
            : ImageReference.TryParse(Image, out var reference, out _) ? System.IO.Path.Combine([own, .. LayoutPath.For(reference).Replace(':', '_').Split('/')])
            : System.IO.Path.Combine(own, string.Concat(Image.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_')));
    }
}

/// <summary>An image that was looked for in a registry, a layout or an archive.</summary>
/// <param name="Name">The name as it was asked for.</param>
/// <param name="Image">The image; <see langword="null"/> when it was not found.</param>
/// <param name="Failure">Why it was not found; with an image, why its run image could not be checked.</param>
public sealed record ImageFinding(string Name, PackImage? Image, PackException? Failure);
