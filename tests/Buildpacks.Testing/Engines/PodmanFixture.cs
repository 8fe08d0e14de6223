using System.Diagnostics;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.Engines.Podman;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>podman as root, with a store of its own.</summary>
public class PodmanFixture : EngineFixture
{
    /// <summary>The variable that tells a <see cref="EngineFixture.ProgramOfUser"/> which podman to call.</summary>
    public const string ExecutableVariable = "BUILDPACKS_TEST_PODMAN";

    private static readonly string[] Drivers = ["overlay", "vfs"];

    /// <inheritdoc/>
    public override PackEngineKind Kind => PackEngineKind.Podman;

    /// <inheritdoc/>
    public override string Name => "podman (root)";

    /// <summary>The executable to call: podman itself, or a script that becomes podman.</summary>
    public string Executable { get; protected set; } = "podman";

    /// <summary>The environment that leads podman to this fixture's store; empty when <see cref="Executable"/> sees to it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private protected set; } = new Dictionary<string, string>();

    /// <summary>The storage driver in use.</summary>
    public string StorageDriver { get; private set; } = "";

    /// <inheritdoc/>
    public override string StoreFolder => Folder["store"];

    /// <inheritdoc/>
    public override IEngine CreateEngine(IEngineCallObserver? observer = null) => new PodmanEngine(new PodmanOptions
    {
        Executable = Executable,
        Environment = Environment.ToDictionary(variable => variable.Key, variable => (string?)variable.Value),
        Observer = observer,
    });

    /// <inheritdoc/>
    public override void LogIn(string registry, RegistryCredential credential)
    {
        base.LogIn(registry, credential);

        // docker needs no such word for a registry on a loopback address.
        File.WriteAllText(Folder["registries.conf"], $"""
            [[registry]]
            location = "{registry}"
            insecure = true

            """);
    }

    /// <inheritdoc/>
    public override Task<ToolResult> RunAsync(params string[] arguments) => ToolRun.RunAsync(Executable, arguments, Environment);

    /// <inheritdoc/>
    public override ProcessStartInfo ProgramOfUser(string tool, IEnumerable<string> arguments)
    {
        var start = base.ProgramOfUser(tool, arguments);
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[ExecutableVariable] = Executable;
        return start;
    }

    /// <inheritdoc/>
    protected override string? Missing() => Requirement.MissingTool("podman", "runc") ?? Requirement.MissingRoot();

    /// <inheritdoc/>
    protected override async Task StartAsync()
    {
        var problem = "";
        foreach (var driver in Drivers)
        {
            Configure(driver);
            var answer = await RunAsync("images");
            if (answer.ExitCode == 0)
            {
                StorageDriver = driver;
                return;
            }

            problem = answer.Error;
        }

        throw new InvalidOperationException("podman does not work here: " + problem);
    }

    /// <summary>Writes the configuration for one storage driver.</summary>
    protected virtual void Configure(string driver)
    {
        Executable = Host is null ? Requirement.FindTool("podman")! : Script($"exec {string.Join(' ', OtherSystem.Words(Host))} /usr/bin/podman \"$@\"");
        Environment = PodmanConfiguration.Write(Folder, driver);
    }

    /// <summary>
    /// Writes a script that becomes podman. It is bash because other shells drop variables whose names they could not spell; exec
    /// keeps the process id, so that a signal to the script's process is a signal to podman.
    /// </summary>
    private protected string Script(string lines) => Folder.Script("podman", $"#!/bin/bash\n{lines}\n");

    /// <inheritdoc/>
    protected override IEnumerable<string> Layers()
    {
        foreach (var name in new[] { "layers.json", "volatile-layers.json" })
        {
            var file = Path.Combine(StoreFolder, $"{StorageDriver}-layers", name);
            if (File.Exists(file))
            {
                using var layers = JsonDocument.Parse(File.ReadAllBytes(file));
                foreach (var layer in layers.RootElement.EnumerateArray())
                {
                    yield return layer.GetProperty("id").GetString()!;
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task StopAsync() => await RunAsync("rm", "--all", "--force", "--time", "0");
}
