using System.Diagnostics;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>A podman that waits before it does a thing.</summary>
internal sealed class PodmanGate
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder;

    /// <summary>Makes the script that becomes podman.</summary>
    /// <param name="engine">The fixture whose podman it becomes.</param>
    /// <param name="folder">A folder for it alone, which the fixture's user can write to.</param>
    /// <param name="command">The thing, in podman's words.</param>
    public PodmanGate(EngineFixture engine, string folder, string command)
    {
        _folder = folder;
        var script = Path.Combine(folder, "podman");
        File.WriteAllText(script, $"""
            #!/bin/sh
            case " $* " in
              *" {command} "*)
                printf '%s\n%s\n' "$$" "$TMPDIR" > {folder}/draft && mv {folder}/draft {folder}/waits
                while [ ! -e {folder}/go ]; do sleep 0.05; done ;;
            esac
            exec {engine.ProgramOfUser("true", []).Environment[PodmanFixture.ExecutableVariable]} "$@"

            """);
        StartableFile.Make(script);
        Variables = new Dictionary<string, string> { [PodmanFixture.ExecutableVariable] = script };
    }

    /// <summary>The variables that lead a <see cref="SeparateBuild"/> to it.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    private string Waits => Path.Combine(_folder, "waits");

    /// <summary>Waits until podman has come to the gate.</summary>
    /// <returns>The folder that it was given for its temporary files.</returns>
    public async Task<string> TemporaryFolderAsync()
    {
        await UntilAsync(() => File.Exists(Waits));
        return (await File.ReadAllLinesAsync(Waits))[1];
    }

    /// <summary>Opens the gate and waits for the end of who came through.</summary>
    public async Task OpenAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "go"), "");
        var process = Path.Combine("/proc", (await File.ReadAllLinesAsync(Waits))[0]);
        await UntilAsync(() => !Directory.Exists(process));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var waited = Stopwatch.StartNew(); !isSo(); await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < Patience, "podman does not come to the gate, or does not end behind it");
        }
    }
}
