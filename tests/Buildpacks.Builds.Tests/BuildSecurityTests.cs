using System.Net;
using System.Text.Json;
using Buildpacks.Builds.Running;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests;

/// <summary>What a build shows to others, and what its container may do, on whichever engine a derived class names.</summary>
public abstract class BuildSecurityTests(IBuildFixture fixture, RegistryFixture registry)
{
    /// <summary>No rights of root's, no way to any, and the engine's filter on system calls.</summary>
    private const string NoRights = "CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2";

    /// <summary>A creator that begins as root is left CHOWN, DAC_OVERRIDE, FOWNER, SETGID and SETUID; what it starts has none of them.</summary>
    private static readonly string FewRights = NoRights.Replace("CapBnd:\t0000000000000000", "CapBnd:\t00000000000000cb", StringComparison.Ordinal);

    private const string ShowRights = "grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status";

    private readonly string _secret = "s3cret-" + Guid.NewGuid().ToString("N");

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_secret_and_a_registrys_password_show_nowhere(bool fails)
    {
        await using var bench = new BuildBench(fixture);
        var builder = await bench.PushAsync(registry, fixture.Builder, "builder");

        // The watch gets to see what runs in the container too.
        bench.Write("run", "echo \"it is $TOKEN\"; echo \"$TOKEN\" >&2; sleep 1");
        if (fails)
        {
            bench.Write("fail", "");
        }

        using var secret = new NetworkCredential("", _secret).SecurePassword;
        var request = bench.Request with { Builder = builder, Env = ["PLAIN=seen", new PackVariable("TOKEN", secret)] };
        var sink = new RecordingSink();
        using var watch = new CommandLineWatch();
        var told = fails
            ? (await bench.FailAsync(request, sink)).ToString()
            : JsonSerializer.Serialize(await bench.BuildAsync(request, sink));

        Assert.Contains(bench.Calls.Calls, call => call.Operation == EngineOperation.ImagePull);
        Assert.Contains(sink.Lines, line => line is { Text: "it is ***", IsError: false });
        Assert.Contains(sink.Lines, line => line is { Text: "***" });
        Assert.Contains(sink.Lines, line => line.Text == "env PLAIN=seen");
        Assert.Contains(watch.Seen(), line => line.Contains("/cnb/lifecycle/creator", StringComparison.Ordinal));
        AssertHidden(watch.Seen());
        AssertHidden(bench.Calls.Calls.SelectMany(call => call.Arguments));
        AssertHidden(Enum.GetValues<PackLogLevel>().SelectMany(sink.Messages).Append(sink.Text).Append(told));
        AssertHidden(FilesLeft(bench));
        if (!fails)
        {
            AssertHidden([await bench.ToolAsync("image", "inspect", bench.Name), await bench.ToolAsync("history", "--no-trunc", bench.Name)]);
        }
    }

    [SkippableFact]
    public async Task A_secret_is_not_in_the_container_s_description_while_it_runs()
    {
        await using var bench = new BuildBench(fixture);
        using var secret = new NetworkCredential("", _secret).SecurePassword;

        AssertHidden([await InspectAsync(bench, bench.Request with { Env = [new PackVariable("TOKEN", secret)] })]);
    }

    [SkippableFact]
    public async Task The_container_has_one_volume_no_socket_no_privileges_and_the_network_that_was_asked_for()
    {
        await using var bench = new BuildBench(fixture);

        using var description = JsonDocument.Parse(await InspectAsync(bench, bench.Request));

        var container = description.RootElement[0];
        var host = container.GetProperty("HostConfig");
        var mount = Assert.Single(container.GetProperty("Mounts").EnumerateArray());
        Assert.Equal(("volume", "/cache"), (mount.GetProperty("Type").GetString(), mount.GetProperty("Destination").GetString()));
        Assert.Contains("no-new-privileges", Words(host, "SecurityOpt"));
        Assert.False(host.GetProperty("Privileged").GetBoolean());
        Assert.Equal("none", host.GetProperty("NetworkMode").GetString());
        Assert.NotEqual("host", host.GetProperty("PidMode").GetString());
        Assert.NotEqual("host", host.GetProperty("IpcMode").GetString());
        Assert.Empty(Words(host, "Devices"));
        Assert.Equal("1000:1000", container.GetProperty("Config").GetProperty("User").GetString());
    }

    [SkippableFact]
    public async Task The_buildpacks_have_no_rights_no_way_to_more_and_a_filter_on_system_calls()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", ShowRights);
        var sink = new RecordingSink();

        await bench.BuildAsync(sink: sink);

        Assert.Contains(NoRights, sink.Text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hostile_builder_reaches_nothing_of_the_machine(bool separate)
    {
        await using var bench = new BuildBench(fixture);
        var secretFile = Path.Combine(bench.Folder("host"), "file");
        await File.WriteAllTextAsync(secretFile, "of the machine");
        var script = $$"""
            #!/bin/sh
            tries() { what=$1; shift; if "$@" >/dev/null 2>&1; then echo "REACHED $what"; fi; }
            tries root test "$(id -u)" = 0
            tries socket sh -c 'find / -name "*.sock" -type s 2>/dev/null | grep -q .'
            tries credentials sh -c 'env | grep -iE "auth|password|token|credential"'
            tries "a login" sh -c 'find / -name auth.json -o -name config.json -path "*docker*" 2>/dev/null | grep -q .'
            tries "a file of the machine" test -e {{secretFile}} -o -e /proc/1/root{{secretFile}}
            tries "a device" mknod /tmp/device b 8 0
            tries "a disk" sh -c 'for device in /dev/sd* /dev/vd* /dev/nvme* /dev/loop* /dev/mem; do [ -r $device ] && exit 0; done; exit 1'
            tries "a mount" mount -t tmpfs none /tmp
            tries "another root" chroot / true
            tries "an owner" sh -c 'echo >/tmp/mine; chown 0:0 /tmp/mine'
            tries "a bit" sh -c 'cp /bin/busybox /tmp/id; chmod 4755 /tmp/id; chown 0 /tmp/id; [ "$(/tmp/id id -u)" = 0 ]'
            tries "the image" sh -c 'echo >>/cnb/order.toml'
            tries "other volumes" sh -c 'ls -d /var/lib/docker/volumes/* /var/lib/containers/storage/volumes/*'
            grep -E '^(Uid|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status
            grep -E '^Uid:' /proc/1/status
            exit 5
            """ + "\n";
        var builder = await WaywardBuilder.MakeAsync(fixture, script, files: new Dictionary<string, string> { ["cnb/lifecycle/analyzer"] = script });
        var sink = new RecordingSink();

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder) with { SeparatePhases = separate }, sink);

        Assert.Equal("LifecycleFailed", failure.ErrorId);
        Assert.DoesNotContain("REACHED", sink.Text, StringComparison.Ordinal);
        const string User = "Uid:\t1000\t1000\t1000\t1000";
        const string None = "\t0000000000000000";
        Assert.Contains(
            $"{User}\nCapInh:{None}\nCapPrm:{None}\nCapEff:{None}\nCapBnd:{None}\nCapAmb:{None}\nNoNewPrivs:\t1\nSeccomp:\t2\n{User}", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => left.StartsWith("container", StringComparison.Ordinal) || left.StartsWith("volume buildpacks-", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_socket_that_was_asked_for_is_not_for_the_buildpacks()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", ShowRights + "; s=/var/run/docker.sock; [ -S $s ] && ! [ -r $s ] && ! [ -w $s ] && echo the socket is of no use");
        var request = bench.Request with { ExportRoute = ExportRoute.Daemon, TrustBuilder = true };
        if (fixture.Engine.Kind == PackEngineKind.Podman)
        {
            Assert.Equal("DaemonRouteUnsupported", (await bench.FailAsync(request)).ErrorId);
            return;
        }

        var sink = new RecordingSink();
        var result = await bench.BuildAsync(request, sink);

        Assert.Equal(ExportRoute.Daemon, result.ExportRoute);
        Assert.Contains(FewRights + "\nthe socket is of no use", sink.Text, StringComparison.Ordinal);
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
    }

    [SkippableFact]
    public async Task Layers_that_are_kept_are_the_user_s_alone()
    {
        await using var bench = new BuildBench(fixture);

        await bench.BuildAsync();

        var kept = Directory.GetFiles(Path.Combine(bench.Cache, "layers"));
        Assert.NotEmpty(kept);
        Assert.All(kept, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    /// <summary>What the engine tells of the container of a build that runs.</summary>
    private static async Task<string> InspectAsync(BuildBench bench, BuildRequest request)
    {
        bench.Write("sleep", "60");
        using var end = new CancellationTokenSource();
        var sleeps = new TaskCompletionSource();
        var sink = new RecordingSink { OnOutput = line => _ = line.Text == "sleeping" && sleeps.TrySetResult() };
        var build = bench.BuildAsync(request, sink, cancellationToken: end.Token);
        Assert.True(sleeps.Task == await Task.WhenAny(sleeps.Task, build), sink.Text);
        var container = Assert.Single(await bench.Engine.Containers.ListAsync(BuildContainer.SessionLabel, CancellationToken.None));
        var description = await bench.ToolAsync("container", "inspect", container.Name);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => build);
        return description;
    }

    /// <summary>The names and the contents of what builds have left on this machine.</summary>
    private static IEnumerable<string> FilesLeft(BuildBench bench)
    {
        string[] own = [.. new[] { bench.State, bench.Home, bench.Cache }.Where(Directory.Exists)];
        var temporary = new[] { Path.GetTempPath(), "/var/tmp" }.SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "buildpacks-*"));
        return own.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Concat(temporary.SelectMany(entry => Directory.Exists(entry) ? Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories) : [entry]))
            .Select(file => file + "\n" + ReadIfThere(file));
    }

    /// <summary>Builds of other tests may be removing theirs.</summary>
    private static string ReadIfThere(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static IEnumerable<string?> Words(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(word => word.ToString()) : [];

    private void AssertHidden(IEnumerable<string> texts) => Assert.All(texts, text =>
    {
        Assert.DoesNotContain(_secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Credential.Password, text, StringComparison.Ordinal);
    });
}
