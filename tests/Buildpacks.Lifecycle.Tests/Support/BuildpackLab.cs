using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Building;
using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Generating;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Support;

/// <summary>Detects and builds in-process with buildpacks that are shell scripts in a temporary folder.</summary>
internal sealed class BuildpackLab : IDisposable
{
    public BuildpackLab()
    {
        Folder.Folder("app");
        Folder.Folder("platform/env");
        Folder.Folder("layers");
    }

    public TestFolder Folder { get; } = new("lab");

    public RecordingLog Log { get; set; } = new();

    public string PlatformApi { get; set; } = "0.15";

    public string ExecutionEnvironment { get; set; } = "production";

    public Dictionary<string, string> Environment { get; } = new() { ["PATH"] = "/usr/bin:/bin", ["HOME"] = "/nowhere" };

    private PhaseContext Context => new(Log, ApiVersion.Parse(PlatformApi), Environment);

    public void Dispose() => Folder.Dispose();

    /// <summary>Adds a buildpack of version 1.0.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="detect">What bin/detect does.</param>
    /// <param name="build">What bin/build does.</param>
    /// <param name="api">The API it declares.</param>
    /// <param name="toml">More of its buildpack.toml, the keys of [buildpack] first.</param>
    public void Buildpack(string id, string detect = "exit 0", string build = "exit 0", string api = "0.12", string toml = "")
    {
        var folder = $"buildpacks/{id.Replace('/', '_')}/1.0";
        Folder.File($"{folder}/buildpack.toml", $"api = \"{api}\"\n[buildpack]\nid = \"{id}\"\nversion = \"1.0\"\n{toml}\n");
        Folder.Script($"{folder}/bin/detect", $"#!/bin/sh\n{detect}\n");
        Folder.Script($"{folder}/bin/build", $"#!/bin/sh\nset -e\n{build}\n");
    }

    /// <summary>Adds an image extension of version 1.0.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="generate">What bin/generate does; <see langword="null"/> for none.</param>
    /// <param name="detect">What bin/detect does; <see langword="null"/> for none.</param>
    /// <param name="toml">More of its extension.toml, the keys of [extension] first.</param>
    /// <returns>The folder of the extension.</returns>
    public string Extension(string id, string? generate = "exit 0", string? detect = "exit 0", string toml = "")
    {
        var folder = $"extensions/{id.Replace('/', '_')}/1.0";
        Folder.File($"{folder}/extension.toml", $"api = \"0.10\"\n[extension]\nid = \"{id}\"\nversion = \"1.0\"\n{toml}\n");
        foreach (var (name, script) in new[] { ("detect", detect), ("generate", generate) })
        {
            if (script is not null)
            {
                Folder.Script($"{folder}/bin/{name}", $"#!/bin/sh\nset -e\n{script}\n");
            }
        }

        return folder;
    }

    /// <summary>Adds a buildpack that stands for an order of others, written as in <see cref="Order"/>.</summary>
    public void Composite(string id, params string[] groups) =>
        Folder.File(
            $"buildpacks/{id.Replace('/', '_')}/1.0/buildpack.toml",
            $"api = \"0.12\"\n[buildpack]\nid = \"{id}\"\nversion = \"1.0\"\n{OrderToml(groups)}");

    /// <summary>Writes order.toml: a string a group, ids parted by spaces, <c>?</c> after an optional one.</summary>
    public void Order(params string[] groups) => Folder.File("order.toml", OrderToml(groups));

    /// <summary>Adds groups of image extensions to order.toml, written as in <see cref="Order"/>.</summary>
    public void OrderExtensions(params string[] groups) =>
        File.AppendAllText(Folder["order.toml"], OrderToml(groups).Replace("[order", "[order-extensions", StringComparison.Ordinal));

    public Task<DetectResult> DetectAsync() => new Detector(DetectInputs(), Context).DetectAsync(CancellationToken.None);

    /// <summary>Detects, and generates Dockerfiles.</summary>
    public async Task<DetectResult> GenerateAsync()
    {
        var detected = await DetectAsync();
        var inputs = DetectInputs();
        await new Generator(inputs, RunImages.Of(inputs.RunPath, Context.Names), Context).GenerateAsync(detected, CancellationToken.None);
        return detected;
    }

    private DetectInputs DetectInputs() => new()
    {
        AppDirectory = Folder["app"],
        BuildpacksDirectory = Folder["buildpacks"],
        ExtensionsDirectory = Folder["extensions"],
        BuildConfigDirectory = Folder["build-config"],
        PlatformDirectory = Folder["platform"],
        OrderPath = Folder["order.toml"],
        SystemPath = Folder["system.toml"],
        AnalyzedPath = Folder["layers/analyzed.toml"],
        GroupPath = Folder["layers/group.toml"],
        PlanPath = Folder["layers/plan.toml"],
        GeneratedDirectory = Folder["layers/generated"],
        RunPath = Folder["run.toml"],
        ExecutionEnvironment = ExecutionEnvironment,
    };

    public Task<BuildMetadata> BuildAsync(CancellationToken cancellationToken = default) => new Builder(
        new BuildInputs
        {
            AppDirectory = Folder["app"],
            LayersDirectory = Folder["layers"],
            BuildpacksDirectory = Folder["buildpacks"],
            BuildConfigDirectory = Folder["build-config"],
            PlatformDirectory = Folder["platform"],
            GroupPath = Folder["layers/group.toml"],
            PlanPath = Folder["layers/plan.toml"],
            AnalyzedPath = Folder["layers/analyzed.toml"],
            ExecutionEnvironment = ExecutionEnvironment,
        },
        Context).BuildAsync(cancellationToken);

    /// <summary>Detects with one group of these buildpacks, then builds.</summary>
    public async Task<BuildMetadata> DetectAndBuildAsync(params string[] ids)
    {
        Order(string.Join(' ', ids));
        await DetectAsync();
        return await BuildAsync();
    }

    public static string Members(DetectResult result) => string.Join(' ', result.Group.Buildpacks.Select(buildpack => buildpack.Id));

    private static string OrderToml(IEnumerable<string> groups) => string.Concat(groups.Select(group =>
        "[[order]]\n" + string.Concat(group.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(element =>
            $"[[order.group]]\nid = \"{element.TrimEnd('?')}\"\nversion = \"1.0\"\n{(element.EndsWith('?') ? "optional = true\n" : "")}"))));
}
