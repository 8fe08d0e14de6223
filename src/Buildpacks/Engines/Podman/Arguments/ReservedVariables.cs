namespace Buildpacks.Engines.Podman.Arguments;

/// <summary>Environment variables that change what podman itself does, its runtime, its helpers, or the libraries of any of them.</summary>
internal static class ReservedVariables
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "IFS", "ENV", "BASH_ENV", "TMPDIR", "TMP", "TEMP", "TZ", "TERM", "LANG",
        "HOSTALIASES", "RES_OPTIONS", "LOCALDOMAIN", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "FTP_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "SSH_AUTH_SOCK", "SSH_ASKPASS", "REGISTRY_AUTH_FILE", "DBUS_SESSION_BUS_ADDRESS",
        "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NO_COLOR", "ISOLATION", "CI_DESIRED_NETWORK",
        "NETAVARK_FW", "SYSTEMROOT", "WINDIR", "COMSPEC", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
    };

    private static readonly string[] Prefixes =
    [
        "CONTAINER", "_CONTAINERS_", "PODMAN", "_PODMAN_", "BUILDAH", "STORAGE_", "DOCKER_", "XDG_", "LD_", "DYLD_", "LC_",
        "GODEBUG", "GOMAXPROCS", "GOGC", "GOTRACEBACK", "GOMEMLIMIT", "GOCOVERDIR", "MALLOC_", "GLIBC_", "GCONV_", "LIBPOD_",
        "CNI_", "CRUN_", "RUNC_", "CONMON_",
    ];

    /// <summary>Whether podman must not see a container's variable of this name as its own.</summary>
    public static bool Contains(string name) =>
        Names.Contains(name) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
