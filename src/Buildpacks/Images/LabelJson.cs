using System.Text.Json;

namespace Buildpacks.Images;

/// <summary>What the labels of app images and builders share.</summary>
internal static class LabelJson
{
    /// <summary>A label as JSON; <see langword="null"/> when there is none or it is no JSON.</summary>
    public static JsonDocument? Parse(string? json)
    {
        try
        {
            return string.IsNullOrWhiteSpace(json) ? null : JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The buildpacks that a label lists; those without an id are left out.</summary>
    public static IReadOnlyList<PackBuildpack> Buildpacks(JsonDocument? label) =>
        [.. label?.RootElement.Member("buildpacks").Items().Select(Buildpack).OfType<PackBuildpack>() ?? []];

    private static PackBuildpack? Buildpack(JsonElement? item) =>
        item.Member("id").Text() is { } id ? new PackBuildpack(id, item.Member("version").Text() ?? "", item.Member("homepage").Text()) : null;
}
