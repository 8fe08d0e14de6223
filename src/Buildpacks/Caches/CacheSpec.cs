using System.Text.RegularExpressions;

namespace Buildpacks.Caches;

/// <summary>Which cache of a build.</summary>
internal enum CacheKind
{
    /// <summary>The layers that buildpacks want to find again.</summary>
    Build,

    /// <summary>The layers of the image, which a lifecycle that exports to docker's daemon wants to find again.</summary>
    Launch,
}

/// <summary>Where a cache is kept.</summary>
internal enum CacheFormat
{
    /// <summary>A volume of the engine.</summary>
    Volume,

    /// <summary>A folder of the engine's machine.</summary>
    Bind,

    /// <summary>An image in a registry.</summary>
    Image,
}

/// <summary>A cache as pack's option <c>--cache</c> writes it: <c>type=build;format=volume;name=my-cache</c>.</summary>
/// <param name="Kind">Which cache.</param>
/// <param name="Format">Where it is kept.</param>
/// <param name="Source">The volume, folder or image; <see langword="null"/> for the volume that the cache has without any option.</param>
internal sealed partial record CacheSpec(CacheKind Kind, CacheFormat Format, string? Source)
{
    /// <summary>Reads the text.</summary>
    /// <exception cref="PackException"><c>CacheInvalid</c>.</exception>
    public static CacheSpec Parse(string text)
    {
        var (kind, format, source) = (CacheKind.Build, CacheFormat.Volume, (string?)null);
        var given = new HashSet<string>(StringComparer.Ordinal);
        var sourceKey = "";
        foreach (var field in text.TrimEnd().TrimEnd(';').Split(';'))
        {
            var (key, value) = field.Split('=', 2) is [var name, { Length: > 0 } content]
                ? (name.Trim().ToLowerInvariant(), content.Trim())
                : throw Invalid(text, field.Length == 0 ? "it has an empty field" : $"'{field}' is not of the form key=value");
            if (!given.Add(key))
            {
                throw Invalid(text, $"it has '{key}' twice");
            }

            switch (key)
            {
                case "type":
                    kind = value switch
                    {
                        "build" => CacheKind.Build,
                        "launch" => CacheKind.Launch,
                        _ => throw Invalid(text, $"the type '{value}' is neither build nor launch"),
                    };
                    break;
                case "format":
                    format = value switch
                    {
                        "volume" => CacheFormat.Volume,
                        "bind" => CacheFormat.Bind,
                        "image" => CacheFormat.Image,
                        _ => throw Invalid(text, $"the format '{value}' is none of volume, bind and image"),
                    };
                    break;
                case "name" or "source":
                    (source, sourceKey) = source is null ? (value, key) : throw Invalid(text, "it has both 'name' and 'source'");
                    break;
                default:
                    throw Invalid(text, $"it has no key '{key}'");
            }
        }

        return Check(text, new CacheSpec(kind, format, source), sourceKey);
    }

    /// <summary>The failure.</summary>
    /// <param name="text">The cache as it was given.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static PackException Invalid(string text, string problem) =>
        new(PackErrorIds.CacheInvalid, PackErrorKind.InvalidInput, $"The cache '{text}' is not valid: {problem}.")
        {
            Target = text,
            RecommendedAction = "Write a cache as 'type=build;format=volume;name=VOLUME', 'type=build;format=bind;source=FOLDER' or, with -Publish, 'type=build;format=image;name=IMAGE'.",
        };

    /// <summary>The failure of a cache image.</summary>
    /// <param name="image">The cache image as it was given.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="action">What to do.</param>
    public static PackException InvalidImage(string image, string problem, string action) =>
        new(PackErrorIds.CacheInvalid, PackErrorKind.InvalidInput, $"The cache image '{image}' cannot be used: {problem}.")
        {
            Target = image,
            RecommendedAction = action,
        };

    private static CacheSpec Check(string text, CacheSpec spec, string sourceKey)
    {
        var expected = spec.Format == CacheFormat.Bind ? "source" : "name";
        return spec switch
        {
            { Source: null, Format: not CacheFormat.Volume } => throw Invalid(text, $"the format {spec.Format.ToString().ToLowerInvariant()} needs '{expected}='"),
            { Source: not null } when sourceKey != expected => throw Invalid(text, $"the format {spec.Format.ToString().ToLowerInvariant()} has '{expected}=', not '{sourceKey}='"),
            { Kind: CacheKind.Launch, Format: CacheFormat.Image } => throw Invalid(text, "a launch cache cannot be an image"),
            { Format: CacheFormat.Volume, Source: { } volume } when !VolumeName().IsMatch(volume) => throw Invalid(text, $"'{volume}' is not a name of a volume"),
            { Source: { } source } when source.Any(char.IsControl) => throw Invalid(text.ReplaceLineEndings(" ").Replace('\0', '?'), "it contains a control character"),
            _ => spec,
        };
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$")]
    private static partial Regex VolumeName();
}
