using System.Text.RegularExpressions;

namespace Buildpacks.Engines;

/// <summary>What helps after an engine call that failed.</summary>
internal static class EngineNextSteps
{
    /// <summary>What to do next.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="kind">What sort of failure.</param>
    /// <param name="operation">The operation, as <see cref="EngineOperation"/> names it.</param>
    /// <param name="words">The engine's own words.</param>
    /// <returns><see langword="null"/> when nothing is known to help.</returns>
    public static string? Find(PackEngineKind engine, PackErrorKind kind, string operation, string words)
    {
        var cli = engine.ToString().ToLowerInvariant();
        return (operation is EngineOperation.ImagePull or EngineOperation.ImagePush ? OfRegistry(engine, kind, words) : null) ?? kind switch
        {
            PackErrorKind.NotFound when Has("network") => $"Check the name of the network; '{cli} network ls' lists the networks.",
            PackErrorKind.NotFound when operation is EngineOperation.ContainerCreate or EngineOperation.ContainerStart or EngineOperation.ContainerRun && Has("no such container") =>
                $"Check the name of the container whose network is shared; '{cli} ps --all' lists the containers.",
            _ when Has("cannot join network of a non running container") || (Has("cannot get namespace path unless container") && Has("is running")) || (Has("/ns/net") && Has("no such file or directory")) =>
                $"Start the container whose network is shared; '{cli} ps --all' lists the containers.",
            PackErrorKind.NotFound when operation.StartsWith("Volume", StringComparison.Ordinal) => $"Check the name; '{cli} volume ls' lists the volumes.",
            PackErrorKind.NotFound when operation.StartsWith("Image", StringComparison.Ordinal) || Has("image") =>
                "Check the name; Get-PackImage -All lists the images of the engine.",
            PackErrorKind.NotFound => $"'{cli} ps --all' lists the containers.",
            PackErrorKind.Unauthorized when engine is PackEngineKind.Podman => "Check the permissions of podman's store, and of the socket of a podman service.",
            PackErrorKind.Unauthorized => "Check the permissions of the engine's socket.",
            PackErrorKind.Unreachable when engine is PackEngineKind.Podman && (Has("could not be started") || Has("there is no '")) =>
                "Install podman, or specify its full path with -EngineEndpoint.",
            PackErrorKind.Unreachable when engine is PackEngineKind.Podman && Has("service destination not found") =>
                "Check the name of the connection; 'podman system connection list' lists the connections.",
            PackErrorKind.Unreachable => "Check that the engine runs. Get-PackEngine -ListAvailable shows the engines that answer.",
            PackErrorKind.NoSpace when TemporaryFolder(engine) is { } folder && HasTemporaryFile(words, folder) =>
                $"Free space in {folder}, which podman uses for temporary files, or set TMPDIR to a folder with more space.",
            PackErrorKind.NoSpace when engine is PackEngineKind.Podman =>
                "Free disk space on the engine's machine, for example by removing unused images; or set TMPDIR to a folder with more space for podman's temporary files.",
            PackErrorKind.NoSpace => "Free disk space on the engine's machine, for example by removing unused images.",
            PackErrorKind.InvalidInput when Has("statfs ") || Has("bind source path does not exist") =>
                "Check the volumes: a mounted folder must exist on the engine's machine.",
            PackErrorKind.InvalidInput when Has("too long") => "Shorten the value, or put it into a file of the app.",
            PackErrorKind.Failed when Has("CONTAINERS_CONF") => "Correct the environment variable CONTAINERS_CONF, or remove it: its file does not exist.",
            PackErrorKind.Failed when Missing("CONTAINERS_STORAGE_CONF") is { } file => $"Correct the environment variable CONTAINERS_STORAGE_CONF, or remove it: the file {file} does not exist.",
            PackErrorKind.Failed when MissingTemporaryFolder(engine) is { } folder => $"Create the folder {folder}, or correct the environment variable TMPDIR.",
            PackErrorKind.Failed when Has("is not a supported schema") || Has("URIs should begin with") =>
                "Write the address of a podman service as unix:///path/podman.sock, tcp://host:port or ssh://user@host/path/podman.sock, in -EngineEndpoint or CONTAINER_HOST.",
            PackErrorKind.Failed when Has("read-only file system") =>
                "Check why the file system of the engine's store is read-only (for example after a disk error), and mount it read-write.",
            PackErrorKind.Failed when Has("OCI ") || Has("crun: ") || Has("runc ") =>
                $"The engine cannot start containers: run 'Test-PackEngine -Engine {engine}' to find the cause and a remedy.",
            _ => null,
        };

        bool Has(string phrase) => words.Contains(phrase, StringComparison.OrdinalIgnoreCase);

        string? Missing(string variable) =>
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file && Has(file) && !File.Exists(file) ? file : null;

        string? MissingTemporaryFolder(PackEngineKind kindOfEngine) => TemporaryFolder(kindOfEngine) is { } folder && Has(folder) && !Directory.Exists(folder) ? folder : null;
    }

    /// <summary>How to set resource limits that the engine may set.</summary>
    public static string ForLimits(PackEngineKind engine) => engine == PackEngineKind.Podman
        ? "Write default_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"] under [containers] into containers.conf, with numbers no "
            + "higher than 'ulimit -Hn' and 'ulimit -Hu' show."
        : "Start dockerd with --default-ulimit nofile=1024:1024, with numbers no higher than 'ulimit -Hn' shows for it.";

    /// <summary>How to make the engine's runtime and the kernel's control groups fit together.</summary>
    public static string ForControlGroups(PackEngineKind engine) => engine == PackEngineKind.Podman
        ? "Write runtime = \"runc\" and cgroup_manager = \"cgroupfs\" under [engine] into containers.conf (crun refuses hybrid control "
            + "groups); or boot with systemd.unified_cgroup_hierarchy=1."
        : "Start dockerd with --exec-opt native.cgroupdriver=cgroupfs, or boot with systemd.unified_cgroup_hierarchy=1.";

    /// <summary>What to do when a registry is the cause.</summary>
    private static string? OfRegistry(PackEngineKind engine, PackErrorKind kind, string words)
    {
        var isPodman = engine is PackEngineKind.Podman;
        return kind switch
        {
            _ when Has("server gave HTTP response to HTTPS client") => isPodman
                ? "The registry uses plain HTTP. Allow this on the engine's machine in /etc/containers/registries.conf: a table [[registry]] with location = \"HOST:PORT\" and insecure = true."
                : "The registry uses plain HTTP. Allow this on the engine's machine in /etc/docker/daemon.json, \"insecure-registries\": [\"HOST:PORT\"], and restart docker.",
            _ when Has("x509: ") =>
                $"The engine does not trust the registry's certificate. Put the certificate of its authority into /etc/{(isPodman ? "containers" : "docker")}/certs.d/HOST:PORT/ca.crt on the engine's machine.",
            PackErrorKind.Unauthorized => $"Check the name, and log in to the registry with '{(isPodman ? "podman" : "docker")} login REGISTRY'.",
            PackErrorKind.NotFound => "Check the name and the tag: the registry does not have this image.",
            PackErrorKind.Unreachable when !Has("podman socket") && !Has("connect to podman") && !Has("was interrupted") && !Has("could not be started") =>
                "Check the name of the registry, and the network, name server and proxy of the engine's machine.",
            _ => null,
        };

        bool Has(string phrase) => words.Contains(phrase, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether podman's words name one of its own temporary files in a folder; its store can be below that folder, too.</summary>
    internal static bool HasTemporaryFile(string words, string folder) =>
        Regex.IsMatch(words, $"{Regex.Escape(folder)}/(podman|storage|buildah|libpod|container_images_|docker-|oci)[a-z-]*[0-9]", RegexOptions.CultureInvariant);

    /// <summary>The folder that TMPDIR names for a podman on this machine.</summary>
    private static string? TemporaryFolder(PackEngineKind engine) =>
        engine is PackEngineKind.Podman && Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 1 } folder ? folder.TrimEnd('/') : null;
}
