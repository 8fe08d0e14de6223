using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>
/// Another Debian in a folder, whose podman and docker the tests use in place of the machine's when <c>BUILDPACKS_TEST_SYSTEM</c>
/// names it: one run of the same tests for each version of a compatibility matrix. <c>BUILDPACKS_TEST_DOCKER_STORE=containerd</c>
/// makes a docker keep its images in containerd's store.
/// </summary>
public sealed class OtherSystem : IAsyncDisposable
{
    /// <summary>
    /// Makes the folder the root of a mount namespace of its own, so that nothing stays mounted, with the tests' folders under the
    /// same paths inside. A root that is merely changed would not do: the kernel gives such a process no user namespace, and so
    /// no rootless podman.
    /// </summary>
    private const string Enter = """
        root=$1 folders=$2; shift 2
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/run"
        for folder in "$folders" /var/tmp; do mkdir -p "$root$folder"; mount --rbind "$folder" "$root$folder"; done
        for file in passwd group subuid subgid; do touch "$root/etc/$file"; mount --bind "/etc/$file" "$root/etc/$file"; done
        cd "$root"
        pivot_root . mnt
        cd /
        umount -l /mnt
        exec "$@"
        """;

    private readonly GuardedProcess _holder;
    private readonly string _namespace;

    private OtherSystem(GuardedProcess holder, string processId) => (_holder, _namespace) = (holder, $"/proc/{processId}/ns/mnt");

    /// <summary>Whether docker is to keep its images in containerd's store.</summary>
    public static bool UsesContainerdStore => Environment.GetEnvironmentVariable("BUILDPACKS_TEST_DOCKER_STORE") == "containerd";

    /// <summary>The words that a command begins with to be one of this system; none for the machine's own.</summary>
    public static IReadOnlyList<string> Words(OtherSystem? system) =>
        system is null ? [] : ["/usr/bin/nsenter", "--mount=" + system._namespace, "--"];

    /// <summary>Holds the system open.</summary>
    /// <param name="folder">For what is noted of it.</param>
    /// <returns>The system; <see langword="null"/> when the tests are to use the machine's own.</returns>
    public static async Task<OtherSystem?> OpenAsync(TestFolder folder)
    {
        if (Environment.GetEnvironmentVariable("BUILDPACKS_TEST_SYSTEM") is not { Length: > 0 } root)
        {
            return null;
        }

        var note = folder["system.pid"];
        var holder = await GuardedProcess.StartAsync(
            "unshare",
            ["--mount", "/bin/sh", "-ec", Enter, "sh", root, Path.GetTempPath().TrimEnd('/'), "/bin/sh", "-c", $"echo $$ >{note}.new && mv {note}.new {note} && exec sleep infinity"],
            folder["system.log"],
            () => Task.FromResult(File.Exists(note)));
        return new OtherSystem(holder, (await File.ReadAllTextAsync(note)).Trim());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _holder.DisposeAsync();
}
