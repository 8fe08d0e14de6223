using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Labels;

/// <summary>The label <c>io.buildpacks.build.metadata</c>.</summary>
internal static class BuildLabel
{
    /// <summary>The label's value.</summary>
    /// <param name="build">What the buildpacks contributed.</param>
    /// <param name="launcherVersion">The version of the launcher in the image.</param>
    /// <param name="platformApi">The platform's API, on which the form of commands depends.</param>
    public static string Of(BuildMetadata build, string launcherVersion, ApiVersion platformApi)
    {
        var json = new JsonObject();
        if (platformApi.Before(0, 9))
        {
            json["bom"] = build.Bom.Count == 0 ? null : LegacyBomEntry.ToJson(build.Bom);
        }

        json["buildpacks"] = new JsonArray([.. build.Buildpacks.Select(Buildpack)]);
        json.With("extensions", build.Extensions.Count == 0 ? null : new JsonArray([.. build.Extensions.Select(Buildpack)]));
        json["launcher"] = new JsonObject
        {
            ["version"] = launcherVersion,
            ["source"] = new JsonObject { ["git"] = new JsonObject { ["repository"] = "", ["commit"] = "" } },
        };
        json["processes"] = new JsonArray([.. build.Processes.Select(process => Process(process.For(platformApi), platformApi))]);
        return JsonText.Of(json.With("buildpack-default-process-type", build.DefaultProcessType));
    }

    // The buildpack's API is for the launcher, which reads it from metadata.toml.
    private static JsonObject Buildpack(GroupElement buildpack) =>
        new JsonObject { ["id"] = buildpack.Id, ["version"] = buildpack.Version }.With("homepage", buildpack.Homepage);

    private static JsonObject Process(LaunchProcess process, ApiVersion platformApi) => new JsonObject
    {
        ["type"] = process.Type,
        ["command"] = platformApi.AtLeast(0, 10) ? process.Command.ToJson() : process.Command[0],
        ["args"] = process.Args?.ToJson(),
        ["direct"] = process.Direct,
    }
        .With("default", process.Default)
        .WithAlways("buildpackID", process.BuildpackId)
        .With("working-dir", process.WorkingDirectory)
        .With("exec-env", process.ExecutionEnvironments.ToJson());
}
