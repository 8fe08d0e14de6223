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
        var run = Choice(layers.RunImage.Choice);
        run["topLayer"] = layers.RunImage.TopLayer;
        run["reference"] = layers.RunImage.Reference;
        var json = new JsonObject
        {
            ["app"] = new JsonArray([.. layers.App.Select(LayersJson.Sha)]),
            ["buildpacks"] = new JsonArray([.. layers.Buildpacks.Select(LayersJson.Of)]),
            ["config"] = LayersJson.Sha(layers.Config),
            ["launcher"] = LayersJson.Sha(layers.Launcher),
            ["process-types"] = LayersJson.Sha(layers.ProcessTypes),
            ["runImage"] = run,
        };
        if (layers.Sbom is not null)
        {
            json["sbom"] = LayersJson.Sha(layers.Sbom);
        }

        if (layers.StackRunImage is { } stack)
        {
            json["stack"] = new JsonObject { ["runImage"] = Choice(stack) };
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

    private static JsonObject Choice(RunImageChoice choice)
    {
        var json = new JsonObject();
        if (choice.Image is not null)
        {
            json["image"] = choice.Image;
        }

        if (choice.Mirrors.Count > 0)
        {
            json["mirrors"] = choice.Mirrors.ToJson();
        }

        return json;
    }

    private static RunImageChoice ReadChoice(JsonObject json) => new()
    {
        Image = json.Text("image") is { Length: > 0 } image ? image : null,
        Mirrors = json["mirrors"] is JsonArray mirrors ? [.. mirrors.OfType<JsonValue>().Select(mirror => mirror.ToString())] : [],
    };
}
