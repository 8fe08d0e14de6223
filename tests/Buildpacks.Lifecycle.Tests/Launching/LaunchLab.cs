using System.Diagnostics;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Launching;

/// <summary>The file system of an app image in a temporary folder, and the launcher as a real process in it.</summary>
internal sealed class LaunchLab : IDisposable
{
    private readonly List<GroupElement> buildpacks = [];
    private readonly List<LaunchProcess> processes = [];

    public LaunchLab()
    {
        Folder.Folder("app");
        Folder.Folder("layers");
        Folder.Folder("process");
        Environment["CNB_PLATFORM_API"] = "0.15";
        Environment["CNB_APP_DIR"] = Folder["app"];
        Environment["CNB_LAYERS_DIR"] = Folder["layers"];
        Environment["PATH"] = "/cnb/process:/cnb/lifecycle:/usr/bin:/bin";
        Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
    }

    public TestFolder Folder { get; } = new("run");

    public Dictionary<string, string> Environment { get; } = [];

    public void Dispose() => Folder.Dispose();

    public void Buildpack(string id, string api = "0.12") => buildpacks.Add(new GroupElement(id, "1.0") { Api = api });

    public void Process(string type, params string[] command) => Process(new LaunchProcess(type, command) { Direct = true });

    public void Process(LaunchProcess process) =>
        processes.Add(process with { BuildpackId = process.BuildpackId.Length == 0 ? buildpacks[^1].Id : process.BuildpackId });

    /// <summary>Writes a program below the folder.</summary>
    public string Program(string path, string script) => Folder.Script(path, $"#!/bin/sh\n{script}\n");

    /// <summary>Calls <c>/cnb/process/type</c>.</summary>
    public Task<LaunchOutcome> RunTypeAsync(string type, params string[] arguments)
    {
        var link = Folder[$"process/{type}"];
        File.CreateSymbolicLink(link, LauncherFile());
        return RunAsync(link, arguments);
    }

    /// <summary>Calls <c>/cnb/lifecycle/launcher</c>.</summary>
    public Task<LaunchOutcome> RunLauncherAsync(params string[] arguments) => RunAsync(LauncherFile(), arguments);

    // The apphost finds the lifecycle's assembly beside it, whatever its own name is.
    private static string LauncherFile()
    {
        var launcher = Path.Combine(AppContext.BaseDirectory, "launcher");
        if (!File.Exists(launcher))
        {
            var copy = $"{launcher}.{Guid.NewGuid():N}";
            File.Copy(Path.Combine(AppContext.BaseDirectory, "lifecycle"), copy);
            File.Move(copy, launcher, overwrite: true);
        }

        return launcher;
    }

    private async Task<LaunchOutcome> RunAsync(string program, string[] arguments)
    {
        new BuildMetadata { Buildpacks = buildpacks, Processes = processes }.Write(
            BuildMetadata.PathIn(Folder["layers"]),
            ApiVersion.TryParse(Environment.GetValueOrDefault("CNB_PLATFORM_API"), out var api) ? api.Value : new ApiVersion(0, 15));
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new LaunchOutcome(process.ExitCode, (await output).TrimEnd('\n'), (await errors).TrimEnd('\n'), process.Id);
    }
}
