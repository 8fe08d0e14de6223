using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Labels;

/// <summary>The label <c>io.buildpacks.project.metadata</c>.</summary>
internal static class ProjectLabel
{
    /// <summary>The label's value: the <c>source</c> of project-metadata.toml, or an empty object when there is none.</summary>
    public static string Of(TomlTable? project)
    {
        var json = new JsonObject();
        if (project is not null && project.TryGetValue("source", out var value) && value is TomlTable source)
        {
            json["source"] = new JsonObject()
                .With("type", source.TryGetValue("type", out var type) && type is string text ? text : null)
                .With("version", Data(source, "version"))
                .With("metadata", Data(source, "metadata"));
        }

        return JsonText.Of(json);
    }

    private static JsonObject? Data(TomlTable source, string key) =>
        source.TryGetValue(key, out var value) && value is TomlTable { Count: > 0 } table ? TomlJson.ToJson(table) : null;
}
