using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>
/// A machine with podman and docker as an ordinary user finds them: podman on PATH, docker at DOCKER_HOST, nothing chosen, no
/// configuration. Both have stores of their own.
/// </summary>
public sealed class EngineMachine : IAsyncLifetime
{
    private readonly TestFolder _folder = new("machine");
    private readonly ProcessEnvironment _environment = new();

    /// <summary>The podman.</summary>
    public PodmanFixture Podman { get; } = new();

    /// <summary>The docker.</summary>
    public DockerdFixture Docker { get; } = new();

    /// <summary>The folder of the user's configuration.</summary>
    public string Configuration => _folder["config"];

    /// <summary>The folder of pack's configuration.</summary>
    public string PackHome => _folder["pack"];

    /// <summary>Removes what a test wrote as the user's configuration.</summary>
    public void RemoveConfiguration()
    {
        if (Directory.Exists(Configuration))
        {
            Directory.Delete(Configuration, recursive: true);
        }

        if (Directory.Exists(PackHome))
        {
            File.Delete(Path.Combine(PackHome, "config.toml"));
        }
    }

    /// <summary>The podman that scripts find on PATH.</summary>
    public string PodmanPath => _folder["bin/podman"];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Podman.InitializeAsync();
        await Docker.InitializeAsync();
        Install();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        _environment.Dispose();
        await Docker.DisposeAsync();
        await Podman.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Skips the running test when an engine is missing; fails it with <c>CI=true</c>.</summary>
    public void Require(PackEngineKind kind) => Engine(kind).Require();

    /// <summary>Skips the running test when one of the engines is missing; fails it with <c>CI=true</c>.</summary>
    public void RequireBoth()
    {
        Podman.Require();
        Docker.Require();
    }

    /// <summary>One of the two.</summary>
    public EngineFixture Engine(PackEngineKind kind) => kind == PackEngineKind.Podman ? Podman : Docker;

    private void Install()
    {
        if (!OperatingSystem.IsWindows())
        {
            InstallPodman();
        }

        _environment
            .With("PATH", $"{_folder["bin"]}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}")
            .With("DOCKER_HOST", Docker.Unavailable is null ? Docker.Endpoint.OriginalString : "unix:///nowhere.sock")
            .With("DOCKER_CONTEXT", null)
            // What one test builds in podman, another may have built in docker.
            .With("PACK_OTHER_ENGINE", "ignore")
            .With("PACK_ENGINE", null)
            .With("CONTAINER_HOST", null)
            .With("CONTAINER_CONNECTION", null)
            .With("XDG_CONFIG_HOME", Configuration)
            .With("XDG_CACHE_HOME", _folder["cache"])
            .With("XDG_STATE_HOME", _folder["state"])
            .With("PACK_HOME", PackHome);
    }

    private void InstallPodman()
    {
        var settings = Podman.Environment.Where(setting => setting.Key != "TMPDIR").Select(setting => $"export {setting.Key}='{setting.Value}'\n");
        _folder.Script("bin/podman", $"#!/bin/sh\n{string.Concat(settings)}exec {Podman.Executable} \"$@\"\n");
    }
}
