using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Labels;

/// <summary>The label <c>io.buildpacks.lifecycle.metadata</c>.</summary>
internal static class LifecycleLabel
{
    /// <summary>The label's value.</summary>
    public static string Of(LayersMetadata layers)
    {
        var json = new JsonObject { ["app"] = new JsonArray([.. layers.App.Select(LayersJson.Sha)]) };
        if (layers.Sbom is not null)
        {
            json["sbom"] = LayersJson.Sha(layers.Sbom);
        }

        json["buildpacks"] = new JsonArray([.. layers.Buildpacks.Select(LayersJson.Of)]);
        json["config"] = LayersJson.Sha(layers.Config);
        json["launcher"] = LayersJson.Sha(layers.Launcher);
        json["process-types"] = LayersJson.Sha(layers.ProcessTypes);
        json["runImage"] = AddChoice(
            new JsonObject { ["topLayer"] = layers.RunImage.TopLayer, ["reference"] = layers.RunImage.Reference }, layers.RunImage.Choice);
        if (layers.StackRunImage is { } stack)
        {
            json["stack"] = new JsonObject { ["runImage"] = AddChoice([], stack) };
        }

        return JsonText.Of(json);
    }

    /// <summary>Reads the label; <see langword="null"/> when there is none or it is no JSON object.</summary>
    public static LayersMetadata? Read(string? label)
    {
        if (label is null || Parse(label) is not JsonObject json)
        {
            return null;
        }

        var run = json["runImage"] as JsonObject ?? [];
        return new LayersMetadata
        {
            App = [.. json.Objects("app").Select(layer => layer.Text("sha"))],
            Sbom = LayersJson.ReadSha(json, "sbom"),
            Buildpacks = [.. json.Objects("buildpacks").Select(LayersJson.Read)],
            Config = LayersJson.ReadSha(json, "config"),
            Launcher = LayersJson.ReadSha(json, "launcher"),
            ProcessTypes = LayersJson.ReadSha(json, "process-types"),
            RunImage = new RunImageMetadata { TopLayer = run.Text("topLayer"), Reference = run.Text("reference"), Choice = ReadChoice(run) },
            StackRunImage = json["stack"] is JsonObject stack && stack["runImage"] is JsonObject choice ? ReadChoice(choice) : null,
        };
    }

    private static JsonNode? Parse(string label)
    {
        try
        {
            return JsonNode.Parse(label);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject AddChoice(JsonObject json, RunImageChoice choice) =>
        json.With("image", choice.Image).With("mirrors", choice.Mirrors.ToJson());

    private static RunImageChoice ReadChoice(JsonObject json) => new()
    {
        Image = json.Text("image") is { Length: > 0 } image ? image : null,
        Mirrors = json["mirrors"] is JsonArray mirrors ? [.. mirrors.OfType<JsonValue>().Select(mirror => mirror.ToString())] : [],
    };
}
