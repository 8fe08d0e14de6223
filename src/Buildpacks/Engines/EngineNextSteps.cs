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
            PackErrorKind.NotFound when Has("network") => $"Check the name of the network; '{cli} network ls' shows those that there are.",
            PackErrorKind.NotFound when operation is EngineOperation.ContainerCreate or EngineOperation.ContainerRun && Has("no such container") =>
                $"Check the name of the container whose network is to be shared; '{cli} ps --all' shows those that there are.",
            PackErrorKind.NotFound when operation.StartsWith("Volume", StringComparison.Ordinal) => $"Check the name; '{cli} volume ls' shows the volumes.",
            PackErrorKind.NotFound when operation.StartsWith("Image", StringComparison.Ordinal) || Has("image") =>
                "Check the name; Get-PackImage -All shows the images the engine holds.",
            PackErrorKind.NotFound => $"'{cli} ps --all' shows the containers that there are.",
            PackErrorKind.Unauthorized when engine is PackEngineKind.Podman => "Check who may use the files of podman's store, and the socket of a podman service.",
            PackErrorKind.Unauthorized => "Check who may use the engine's socket.",
            PackErrorKind.Unreachable when engine is PackEngineKind.Podman && (Has("could not be started") || Has("there is no '")) =>
                "Install podman, or name its full path with -EngineEndpoint.",
            PackErrorKind.Unreachable => "Check that the engine runs. Get-PackEngine -ListAvailable shows the engines that answer.",
            PackErrorKind.NoSpace when TemporaryFolder(engine) is { } folder && Has(folder) =>
                $"Free space in {folder}, where podman puts what it copies and loads, or set TMPDIR to a folder with more room.",
            PackErrorKind.NoSpace when engine is PackEngineKind.Podman =>
                "Free disk space on the engine's machine, for example by removing unused images; or set TMPDIR to a folder with more room, where podman puts what it copies and loads.",
            PackErrorKind.NoSpace => "Free disk space on the engine's machine, for example by removing unused images.",
            PackErrorKind.InvalidInput when Has("statfs ") || Has("bind source path does not exist") =>
                "Check the volumes: a folder that is mounted has to exist on the engine's machine.",
            PackErrorKind.InvalidInput when Has("too long") => "Shorten the value, or put it into a file of the app.",
            PackErrorKind.Failed when Has("CONTAINERS_CONF") => "Correct the environment variable CONTAINERS_CONF, or remove it: it names a file that does not exist.",
            PackErrorKind.Failed when Missing("CONTAINERS_STORAGE_CONF") is { } file => $"Correct the environment variable CONTAINERS_STORAGE_CONF, or remove it: there is no file {file}.",
            PackErrorKind.Failed when MissingTemporaryFolder(engine) is { } folder => $"Make the folder {folder}, or correct the environment variable TMPDIR, which names it.",
            PackErrorKind.Failed when Has("is not a supported schema") || Has("URIs should begin with") =>
                "Write the address of a podman service as unix:///path/podman.sock, tcp://host:port or ssh://user@host/path/podman.sock, in -EngineEndpoint or CONTAINER_HOST.",
            PackErrorKind.Failed when Has("read-only file system") =>
                "See why the file system with the engine's store is read-only (an error of the disk may have made it so), and mount it for writing.",
            PackErrorKind.Failed when Has("OCI ") || Has("crun: ") || Has("runc ") =>
                $"The engine starts no container: 'Test-PackEngine -Engine {engine}' looks for what keeps it from that, and says what helps.",
            _ => null,
        };

        bool Has(string phrase) => words.Contains(phrase, StringComparison.OrdinalIgnoreCase);

        string? Missing(string variable) =>
            Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file && Has(file) && !File.Exists(file) ? file : null;

        string? MissingTemporaryFolder(PackEngineKind kindOfEngine) => TemporaryFolder(kindOfEngine) is { } folder && Has(folder) && !Directory.Exists(folder) ? folder : null;
    }

    /// <summary>What to do when a registry is the cause.</summary>
    private static string? OfRegistry(PackEngineKind engine, PackErrorKind kind, string words)
    {
        var isPodman = engine is PackEngineKind.Podman;
        return kind switch
        {
            _ when Has("server gave HTTP response to HTTPS client") => isPodman
                ? "The registry speaks plain HTTP. Allow that on the engine's machine in /etc/containers/registries.conf: a table [[registry]] with location = \"HOST:PORT\" and insecure = true."
                : "The registry speaks plain HTTP. Allow that on the engine's machine in /etc/docker/daemon.json, \"insecure-registries\": [\"HOST:PORT\"], and restart docker.",
            _ when Has("x509: ") =>
                $"The engine does not trust the registry's certificate. Put the certificate of its authority into /etc/{(isPodman ? "containers" : "docker")}/certs.d/HOST:PORT/ca.crt on the engine's machine.",
            PackErrorKind.Unauthorized => $"Check the name, and log in to the registry with '{(isPodman ? "podman" : "docker")} login REGISTRY'.",
            PackErrorKind.NotFound => "Check the name and the tag: the registry has no such image.",
            PackErrorKind.Unreachable when !Has("podman socket") && !Has("connect to podman") && !Has("broke off") && !Has("could not be started") =>
                "Check the name of the registry, and that the engine's machine reaches it: its network, its name server and its proxy.",
            _ => null,
        };

        bool Has(string phrase) => words.Contains(phrase, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The folder that TMPDIR names for a podman on this machine.</summary>
    private static string? TemporaryFolder(PackEngineKind engine) =>
        engine is PackEngineKind.Podman && Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 1 } folder ? folder.TrimEnd('/') : null;
}
