using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Labels;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images;

/// <summary>
/// An image's config as the reference lifecycle writes it, byte for byte: its digest is the image's id, and the same build has
/// to give the same id with either. The order of keys is the reference's, empty values are left out, and so is what it does not know.
/// </summary>
internal static class ImageConfigText
{
    // What docker knows of a config beside what the specification has, in the reference's order.
    private static readonly string[] HealthcheckKeys = ["Test", "Interval", "Timeout", "StartPeriod", "Retries"];

    /// <summary>The config's content.</summary>
    public static byte[] Of(OciImageConfig config) => Encoding.UTF8.GetBytes(JsonText.Of(
        new JsonObject { ["architecture"] = config.Architecture }
            .With("author", config.Author)
            .With("created", config.Created)
            .With("docker_version", Other(config.Other, "docker_version"))
            .With("history", new JsonArray([.. (config.History ?? []).Select(History)]))
            .WithAlways("os", config.Os)
            .WithAlways("rootfs", new JsonObject { ["type"] = config.Rootfs.Type, ["diff_ids"] = config.Rootfs.DiffIds.ToJson() })
            .WithAlways("config", Container(config.Config ?? new OciContainerConfig()))
            .With("os.version", config.OsVersion)
            .With("variant", config.Variant)
            .With("os.features", Other(config.Other, "os.features"))));

    private static JsonObject History(OciHistory entry) => new JsonObject()
        .With("author", entry.Author)
        .WithAlways("created", entry.Created ?? "0001-01-01T00:00:00Z")
        .With("created_by", entry.CreatedBy)
        .With("comment", entry.Comment)
        .With("empty_layer", entry.EmptyLayer == true);

    private static JsonObject Container(OciContainerConfig config)
    {
        var other = config.Other;
        return new JsonObject()
            .With("AttachStderr", Other(other, "AttachStderr"))
            .With("AttachStdin", Other(other, "AttachStdin"))
            .With("AttachStdout", Other(other, "AttachStdout"))
            .With("Cmd", config.Cmd?.ToJson())
            .With("Healthcheck", Healthcheck(other))
            .With("Domainname", Other(other, "Domainname"))
            .With("Entrypoint", config.Entrypoint?.ToJson())
            .With("Env", config.Env?.ToJson())
            .With("Hostname", Other(other, "Hostname"))
            .With("Image", Other(other, "Image"))
            .With("Labels", Map(config.Labels?.ToDictionary(label => label.Key, label => (JsonNode?)JsonValue.Create(label.Value))))
            .With("OnBuild", Other(other, "OnBuild"))
            .With("OpenStdin", Other(other, "OpenStdin"))
            .With("StdinOnce", Other(other, "StdinOnce"))
            .With("Tty", Other(other, "Tty"))
            .With("User", config.User)
            .With("Volumes", Map(config.Volumes?.ToDictionary(volume => volume.Key, _ => (JsonNode?)new JsonObject())))
            .With("WorkingDir", config.WorkingDir)
            .With("ExposedPorts", Map(config.ExposedPorts?.ToDictionary(port => port.Key, _ => (JsonNode?)new JsonObject())))
            .With("ArgsEscaped", Other(other, "ArgsEscaped"))
            .With("NetworkDisabled", Other(other, "NetworkDisabled"))
            .With("MacAddress", Other(other, "MacAddress"))
            .With("StopSignal", config.StopSignal)
            .With("Shell", Other(other, "Shell"));
    }

    private static JsonObject? Map(Dictionary<string, JsonNode?>? values) => values is not { Count: > 0 }
        ? null
        : new JsonObject(values.OrderBy(pair => pair.Key, StringComparer.Ordinal));

    private static JsonObject? Healthcheck(IDictionary<string, JsonElement>? other)
    {
        if (Other(other, "Healthcheck") is not JsonObject given)
        {
            return null;
        }

        var result = new JsonObject();
        foreach (var key in HealthcheckKeys)
        {
            result.With(key, given[key]?.DeepClone());
        }

        return result;
    }

    private static JsonNode? Other(IDictionary<string, JsonElement>? other, string key) =>
        other is null || !other.TryGetValue(key, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.Object => JsonObject.Create(value),
            JsonValueKind.Array => JsonArray.Create(value),
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            _ => JsonValue.Create(value),
        };
}
