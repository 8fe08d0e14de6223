using Buildpacks.Engines.Location;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Diagnosis;

/// <summary>Podman with something wrong: each trouble is found, by name, with a way out.</summary>
public sealed class PodmanTroubleTests(PodmanFixture podman) : IClassFixture<PodmanFixture>, IDisposable
{
    private readonly Checkup _checkup = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _checkup.Dispose();

    [SkippableFact]
    public async Task Limits_that_podman_may_not_set()
    {
        // More than the hard limit of any process here.
        Use(containers => containers.Replace("nofile=1024:1024", "nofile=2000000000:2000000000", StringComparison.Ordinal));

        var checks = await RunAsync();

        AssertFailed(checks["ContainerStart"], "rlimit", "See Ulimits.");
        AssertFailed(checks["Ulimits"], "may not set the resource limits", "default_ulimits");
        Assert.All(["Cgroups", "SparseImport", "Volume", "Network"], name => Assert.Equal(PackEngineCheckResult.Skipped, checks[name].Result));
        Assert.Equal("ContainerStart failed.", checks["Volume"].Evidence);
        Assert.Equal(PackEngineCheckResult.Passed, checks["DiskSpace"].Result);
    }

    [SkippableFact]
    public async Task A_runtime_that_does_not_support_the_control_groups()
    {
        // As crun does where version 2 of control groups has controllers beside version 1.
        var runtime = _checkup.Folder.Script("crun", "#!/bin/sh\n[ \"$1\" != --version ] || exec echo 'crun version 1.8.1'\necho 'cgroups in hybrid mode not supported, drop all controllers from cgroupv2' >&2\nexit 1\n");
        Use(containers => $"{containers.Replace("\"runc\"", "\"crun\"", StringComparison.Ordinal)}[engine.runtimes]\ncrun = [\"{runtime}\"]\n");

        var checks = await RunAsync();

        AssertFailed(checks["ContainerStart"], "cgroup", "See Cgroups.");
        AssertFailed(checks["Cgroups"], "containers are run by crun", "runtime = \"runc\"");
        Assert.Equal(PackEngineCheckResult.Skipped, checks["Ulimits"].Result);
    }

    [SkippableFact]
    public async Task A_store_without_space()
    {
        var store = await MountAsync("size=600k");
        UseStore(store);

        var checks = await RunAsync();

        AssertFailed(checks["DiskSpace"], "free in the engine's store", "Free disk space");
    }

    [SkippableFact]
    public async Task A_store_that_runs_full_while_an_image_is_loaded()
    {
        var store = await MountAsync("size=8m");
        UseStore(store);
        (await ToolRun.RunAsync(podman.Executable, ["images"], _environment)).Checked();
        await ToolRun.RunAsync("dd", ["if=/dev/zero", $"of={store}/ballast", "bs=1k"]);

        var checks = await RunAsync();

        AssertFailed(checks["ImageLoad"], "no space left on device", "Free disk space");
        AssertFailed(checks["DiskSpace"], "no space left on device", "Free disk space");
        Assert.Equal("ImageLoad failed.", checks["ContainerStart"].Evidence);
    }

    [SkippableFact]
    public async Task A_store_that_cannot_be_opened()
    {
        var file = _checkup.Folder.File("not-a-folder", "");
        UseStore(file);

        var checks = await RunAsync();

        // podman opens its store whatever it is asked.
        AssertFailed(checks["EngineAnswers"], "not-a-folder", null);
        Assert.Equal((PackEngineCheckResult.Skipped, "EngineAnswers failed."), (checks["ContainerStart"].Result, checks["ContainerStart"].Evidence));
        Assert.Equal(PackEngineCheckResult.Passed, checks["TempSpace"].Result);
    }

    [SkippableFact]
    public async Task A_driver_that_copies_images()
    {
        podman.Require();
        UseStore(_checkup.Folder["store"], "vfs");

        var checks = await RunAsync();

        Assert.Equal(PackEngineCheckResult.Warning, checks["Storage"].Result);
        Assert.Contains("overlay", checks["Storage"].Remedy, StringComparison.Ordinal);
        Assert.Equal(PackEngineCheckResult.Passed, checks["SparseImport"].Result);
    }

    [SkippableFact]
    public async Task A_podman_that_hangs_reaches_the_time_limit()
    {
        podman.Require();
        UseScript("exec sleep 600");
        _checkup.Limit = TimeSpan.FromSeconds(1);

        var checks = await RunAsync();

        AssertFailed(checks["EngineAnswers"], "did not end within 1 seconds", "-TimeoutSeconds");
        Assert.All(["Version", "Storage", "Network", "DiskSpace"], name => Assert.Equal("EngineAnswers failed.", checks[name].Evidence));
    }

    [SkippableFact]
    public async Task A_rootless_podman_without_subordinate_ids()
    {
        podman.Require();
        UseScript("""
            case "$*" in
              *version*) echo '{"Client":{"Version":"4.9.3","APIVersion":"4.9.3","OsArch":"linux/amd64"}}' ;;
              *info*) echo '{"host":{"security":{"rootless":true},"idMappings":{"uidmap":[{"size":1}],"gidmap":[{"size":1}]}}}' ;;
            esac
            """);

        var checks = await RunAsync();

        AssertFailed(checks["RootlessIds"], "Containers get 1 user ids", "usermod --add-subuids");
        Assert.Equal("RootlessIds failed.", checks["Storage"].Evidence);
    }

    [SkippableFact]
    public async Task A_rootless_podman_without_newuidmap()
    {
        // What podman 4.3 says of it, whatever it is asked.
        podman.Require();
        UseScript("echo 'Error: command required for rootless mode with multiple IDs: exec: \"newuidmap\": executable file not found in $PATH' >&2; exit 125");

        var checks = await RunAsync();

        AssertFailed(checks["EngineAnswers"], "newuidmap", "apt install uidmap");
    }

    private async Task<Dictionary<string, PackEngineCheck>> RunAsync() => (await _checkup.RunAsync()).ToDictionary(check => check.Name);

    /// <summary>Uses the fixture's store with another containers.conf.</summary>
    private void Use(Func<string, string> change)
    {
        podman.Require();
        Use("CONTAINERS_CONF", _checkup.Folder.File("containers.conf", change(File.ReadAllText(podman.Environment["CONTAINERS_CONF"]))));
    }

    /// <summary>Uses a script in the place of podman.</summary>
    private void UseScript(string script)
    {
        var path = _checkup.Folder.Script("podman", $"#!/bin/sh\n{script}\n");
        _checkup.Choice = new EngineChoice(PackEngineKind.Podman, path);
    }

    /// <summary>Uses another store.</summary>
    private void UseStore(string store, string driver = "overlay") => Use(
        "CONTAINERS_STORAGE_CONF",
        _checkup.Folder.File("storage.conf", $"""
            [storage]
            driver = "{driver}"
            graphroot = "{store}"
            runroot = "{_checkup.Folder["run"]}"

            """));

    private void Use(string variable, string value)
    {
        foreach (var (name, other) in podman.Environment)
        {
            _environment[name] = other;
        }

        _environment[variable] = value;
        _checkup.With(_environment).Choice = new EngineChoice(PackEngineKind.Podman, podman.Executable);
    }

    private async Task<string> MountAsync(string options)
    {
        podman.Require();
        var folder = _checkup.Folder.Folder("store");
        (await ToolRun.RunAsync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder])).Checked();
        return folder;
    }

    private static void AssertFailed(PackEngineCheck check, string evidence, string? remedy)
    {
        Assert.True(check.Result == PackEngineCheckResult.Failed, check.ToString());
        Assert.Contains(evidence, check.Evidence, StringComparison.OrdinalIgnoreCase);
        Assert.True(remedy is null || check.Remedy!.Contains(remedy, StringComparison.Ordinal), check.Remedy);
    }
}
