namespace Buildpacks.Testing.Engines;

/// <summary>Configuration files that let podman work in a container or a small machine, with a store and locks of its own.</summary>
internal static class PodmanConfiguration
{
    private const string HybridControllers = "/sys/fs/cgroup/unified/cgroup.controllers";

    /// <summary>
    /// crun, podman's own choice, starts a container in less time. It refuses to where version 2 of cgroups has controllers beside version 1; there it is
    /// runc.
    /// </summary>
    private static string Runtime =>
        Requirement.FindTool("crun") is null || (File.Exists(HybridControllers) && File.ReadAllText(HybridControllers).Trim().Length > 0) ? "runc" : "crun";

    /// <summary>
    /// Writes <c>containers.conf</c>, <c>storage.conf</c> and an empty <c>registries.conf</c>. The limits are those a process without CAP_SYS_RESOURCE may set; locks in files,
    /// because the shared-memory ones are one pool for all stores of a user.
    /// </summary>
    /// <returns>The environment that points podman at the files.</returns>
    public static Dictionary<string, string> Write(TestFolder folder, string driver)
    {
        var containers = folder.File("containers.conf", $"""
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            [engine]
            runtime = "{Runtime}"
            cgroup_manager = "cgroupfs"
            lock_type = "file"
            tmp_dir = "{folder["libpod"]}"
            [network]
            network_backend = "netavark"

            """);
        var storage = folder.File("storage.conf", $"""
            [storage]
            driver = "{driver}"
            graphroot = "{folder["store"]}"
            rootless_storage_path = "{folder["store"]}"
            runroot = "{folder["run"]}"

            """);
        return new Dictionary<string, string>
        {
            ["CONTAINERS_CONF"] = containers,
            ["CONTAINERS_STORAGE_CONF"] = storage,
            ["CONTAINERS_REGISTRIES_CONF"] = folder.File("registries.conf", ""),
            ["REGISTRY_AUTH_FILE"] = folder.File("auth.json", "{}"),
            ["PODMAN_IGNORE_CGROUPSV1_WARNING"] = "1",
            ["TMPDIR"] = folder["tmp"],
        };
    }
}
