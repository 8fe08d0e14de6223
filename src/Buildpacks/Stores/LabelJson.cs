using System.Text.Json;
using Buildpacks.IO;

namespace Buildpacks.Stores;

/// <summary>What the labels of app images and builders share.</summary>
internal static class LabelJson
{
    /// <summary>The longest label that is read, in characters: podman itself takes no config of more.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>A label as JSON; <see langword="null"/> when there is none, or it is no JSON or longer than any in earnest.</summary>
    public static JsonDocument? Parse(string? json)
    {
        try
        {
            return string.IsNullOrWhiteSpace(json) || json.Length > MaximumLength ? null : JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The buildpacks that a label lists; those without an id are left out.</summary>
    public static IReadOnlyList<PackBuildpack> Buildpacks(JsonDocument? label) =>
        [.. label?.RootElement.Member("buildpacks").Items().Select(Buildpack).OfType<PackBuildpack>() ?? []];

    /// <summary>The image extensions that a label lists; those without an id are left out.</summary>
    public static IReadOnlyList<PackBuildpack> Extensions(JsonDocument? label) =>
        [.. label?.RootElement.Member("extensions").Items().Select(Buildpack).OfType<PackBuildpack>() ?? []];

    /// <summary>The mirrors of the first run image that the label of a builder names.</summary>
    public static IReadOnlyList<string> RunImageMirrors(JsonDocument? label) =>
        label?.RootElement.Member("images").Items().FirstOrDefault(item => item.Member("image").Text() is not null) is { } image
            ? ((JsonElement?)image).Member("mirrors").Texts()
            : label?.RootElement.Member("stack").Member("runImage").Member("mirrors").Texts() ?? [];

    /// <summary>The first run image that the label of a builder names; <see langword="null"/> when it names none.</summary>
    public static string? RunImage(JsonDocument? label) =>
        label?.RootElement.Member("images").Items().Select(item => item.Member("image").Text()).FirstOrDefault(name => name is not null)
        ?? label?.RootElement.Member("stack").Member("runImage").Member("image").Text();

    private static PackBuildpack? Buildpack(JsonElement? item) =>
        item.Member("id").Text() is { } id ? new PackBuildpack(id, item.Member("version").Text() ?? "", item.Member("homepage").Text()) : null;
}
