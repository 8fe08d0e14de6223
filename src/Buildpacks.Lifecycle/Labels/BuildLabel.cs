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
        var json = new JsonObject
        {
            ["buildpacks"] = new JsonArray([.. build.Buildpacks.Select(Buildpack)]),
            ["launcher"] = new JsonObject
            {
                ["version"] = launcherVersion,
                ["source"] = new JsonObject { ["git"] = new JsonObject { ["repository"] = "", ["commit"] = "" } },
            },
            ["processes"] = new JsonArray([.. build.Processes.Select(process => Process(process, platformApi))]),
        };
        if (build.DefaultProcessType is { } type)
        {
            json["buildpack-default-process-type"] = type;
        }

        if (!platformApi.AtLeast(0, 9))
        {
            json["bom"] = null;
        }

        return JsonText.Of(json);
    }

    private static JsonObject Buildpack(GroupElement buildpack)
    {
        var json = new JsonObject { ["id"] = buildpack.Id, ["version"] = buildpack.Version };
        if (buildpack.Homepage is { } homepage)
        {
            json["homepage"] = homepage;
        }

        if (buildpack.Api is { } api)
        {
            json["api"] = api;
        }

        return json;
    }

    private static JsonObject Process(LaunchProcess process, ApiVersion platformApi)
    {
        var written = process.For(platformApi);
        var json = new JsonObject
        {
            ["type"] = written.Type,
            ["command"] = platformApi.AtLeast(0, 10) ? written.Command.ToJson() : written.Command[0],
            ["args"] = written.Args.ToJson(),
            ["direct"] = written.Direct,
            ["buildpackID"] = written.BuildpackId,
        };
        if (written.Default)
        {
            json["default"] = true;
        }

        if (written.WorkingDirectory is { } directory)
        {
            json["working-dir"] = directory;
        }

        if (written.ExecutionEnvironments.Count > 0)
        {
            json["exec-env"] = written.ExecutionEnvironments.ToJson();
        }

        return json;
    }
}
