namespace Buildpacks.Testing.Engines;

/// <summary>
/// Another Debian in a folder, whose docker the tests use in place of the machine's when <c>BUILDPACKS_TEST_DOCKER_ROOT</c> names it:
/// one run of the same tests for each version of a compatibility matrix. <c>BUILDPACKS_TEST_DOCKER_STORE=containerd</c> makes that
/// docker keep its images in containerd's store.
/// </summary>
internal static class OtherSystem
{
    /// <summary>The root folder of the other system; <see langword="null"/> for the machine itself.</summary>
    public static string? Root => Environment.GetEnvironmentVariable("BUILDPACKS_TEST_DOCKER_ROOT") is { Length: > 0 } root ? root : null;

    /// <summary>Whether docker is to keep its images in containerd's store.</summary>
    public static bool UsesContainerdStore => Environment.GetEnvironmentVariable("BUILDPACKS_TEST_DOCKER_STORE") == "containerd";

    /// <summary>
    /// The command that runs a tool in the other system: in a mount namespace of its own, so that nothing stays mounted, with the
    /// tests' folders under the same paths inside.
    /// </summary>
    public static (string Tool, string[] Arguments) Command(string root, string folders, string tool, IEnumerable<string> arguments)
    {
        const string script = """
            root=$1 folders=$2; shift 2
            mount --bind "$root" "$root"
            mount -t proc proc "$root/proc"
            mount --rbind /sys "$root/sys"
            mount --rbind /dev "$root/dev"
            mount -t tmpfs tmpfs "$root/run"
            mkdir -p "$root$folders"
            mount --bind "$folders" "$root$folders"
            exec chroot "$root" "$@"
            """;
        return ("unshare", ["--mount", "/bin/sh", "-ec", script, "sh", root, folders, tool, .. arguments]);
    }
}
