using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Buildpacks.Engines;
using Buildpacks.Engines.Docker;
using Buildpacks.Stores;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>A docker daemon of the tests' own, without a bridge: containers get network <c>none</c> or <c>host</c>.</summary>
public class DockerdFixture : EngineFixture
{
    private const string ContainerdStore = """{"features":{"containerd-snapshotter":true}}""";

    private static readonly string[] GraphFolders = ["image/*/layerdb/sha256", "image/*/layerdb/tmp", "tmp"];

    private static readonly string[] ContainerdFolders =
    [
        "containerd/daemon/io.containerd.content.v1.content/blobs/sha256", "containerd/daemon/io.containerd.content.v1.content/ingest",
        "containerd/daemon/io.containerd.snapshotter.v1.*/snapshots", "containerd/daemon/tmpmounts", "tmp",
    ];

    /// <summary>With the first container, a newer docker tries here what the kernel can do; the folder stays until the daemon starts again.</summary>
    private const string KernelTrial = "tmp/moby-detect-";

    private static readonly TimeSpan StackPatience = TimeSpan.FromMinutes(1);

    private GuardedProcess? _daemon;

    /// <inheritdoc/>
    public override PackEngineKind Kind => PackEngineKind.Docker;

    /// <inheritdoc/>
    public override string Name => "dockerd";

    /// <inheritdoc/>
    public override string StoreFolder => Folder["data"];

    /// <summary>The daemon's socket.</summary>
    public string SocketPath => Folder["docker.sock"];

    /// <summary>The daemon's endpoint, <c>unix:///…/docker.sock</c>.</summary>
    public Uri Endpoint => new("unix://" + SocketPath);

    /// <summary>Whether the daemon keeps its images in containerd's store.</summary>
    public static bool UsesContainerdStore => OtherSystem.UsesContainerdStore;

    /// <summary>Kills the daemon as a crash would.</summary>
    public void Crash()
    {
        using var process = Process.GetProcessById(int.Parse(File.ReadAllText(Folder["dockerd.pid"]), CultureInfo.InvariantCulture));
        process.Kill();
        process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    /// <summary>Starts the daemon again after a crash.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();

        // containerd ends with its daemon; the next one would take the number in this file for a containerd that still runs.
        File.Delete(Folder["exec/containerd/containerd.pid"]);
        await StartAsync();
    }

    /// <summary>What the daemon has logged.</summary>
    public string Log() => _daemon?.Log() ?? "";

    /// <inheritdoc/>
    public override IEngine CreateEngine(IEngineCallObserver? observer = null) =>
        new DockerEngine(new DockerEngineOptions(Endpoint) { Observer = observer });

    /// <inheritdoc/>
    public override Task<ToolResult> RunAsync(params string[] arguments) =>
        ToolRun.RunAsync("docker", ["--host", Endpoint.OriginalString, .. arguments]);

    /// <inheritdoc/>
    public override ProcessStartInfo ProgramOfUser(string tool, IEnumerable<string> arguments)
    {
        var start = base.ProgramOfUser(tool, arguments);
        start.Environment["DOCKER_HOST"] = Endpoint.OriginalString;
        start.Environment["TMPDIR"] = TemporaryFolder;
        return start;
    }

    /// <inheritdoc/>
    protected override string? Missing() => Requirement.MissingTool("dockerd", "containerd", "runc") ?? Requirement.MissingRoot();

    /// <inheritdoc/>
    protected override IEnumerable<string> Layers() =>
        (UsesContainerdStore ? ContainerdFolders : GraphFolders).SelectMany(BelowStore).Where(path => !path.StartsWith(KernelTrial, StringComparison.Ordinal));

    /// <summary>A load that loses its caller leaves a lease, which holds what had come for a day. Those of containers do not expire.</summary>
    public override async Task ForgetClientsAsync()
    {
        if (UsesContainerdStore)
        {
            foreach (var lease in (await LeasesAsync("list")).Split('\n').Where(line => line.Contains("containerd.io/gc.expire=", StringComparison.Ordinal)))
            {
                await LeasesAsync("delete", lease.Split(' ')[0]);
            }
        }
    }

    /// <summary>The daemon's stacks show the requests that it is at.</summary>
    public override async Task SettleAsync()
    {
        while ((await StacksAsync()).Contains("postContainersCreate", StringComparison.Ordinal))
        {
            await Task.Delay(50);
        }
    }

    /// <summary>containerd looks for what nobody needs some time after an image went, and whenever somebody asks for it with the end of a lease.</summary>
    protected override async Task CollectGarbageAsync()
    {
        if (UsesContainerdStore)
        {
            await LeasesAsync("create", "--id", "garbage");
            await LeasesAsync("delete", "--sync", "garbage");
        }
    }

    /// <summary>More arguments of the daemon.</summary>
    protected virtual IReadOnlyList<string> MoreArguments() => [];

    /// <inheritdoc/>
    protected override async Task StartAsync()
    {
        string[] command =
        [
            .. OtherSystem.Words(Host), "dockerd",
            "--config-file", Folder.File("daemon.json", UsesContainerdStore ? ContainerdStore : "{}"),
            "--data-root", Folder.Folder("data"), "--exec-root", Folder.Folder("exec"), "--pidfile", Folder["dockerd.pid"],
            "--host", Endpoint.OriginalString, "--shutdown-timeout", "1", "--iptables=false", "--ip-masq=false", "--ip6tables=false", "--bridge=none",
            .. MoreArguments(),
        ];
        _daemon = await GuardedProcess.StartAsync(command[0], command[1..], Folder["dockerd.log"], () => AnswersAsync(SocketPath));
    }

    /// <inheritdoc/>
    protected override async Task StopAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }
    }

    /// <summary>Has the daemon write down what each of its goroutines is at.</summary>
    private async Task<string> StacksAsync()
    {
        var before = Dumps();
        (await ToolRun.RunAsync("kill", ["-USR1", await File.ReadAllTextAsync(Folder["dockerd.pid"])])).Checked();
        for (var limit = DateTime.UtcNow + StackPatience; DateTime.UtcNow < limit; await Task.Delay(50))
        {
            if (Dumps().Except(before).FirstOrDefault() is { } dump && await File.ReadAllTextAsync(dump) is { Length: > 0 } text)
            {
                return text;
            }
        }

        throw new InvalidOperationException("dockerd did not write its stacks: " + Log());

        string[] Dumps() => Directory.GetFiles(Folder["exec"], "goroutine-stacks-*.log");
    }

    private async Task<string> LeasesAsync(params string[] arguments)
    {
        string[] command =
        [
            .. OtherSystem.Words(Host), "ctr", "--address", Folder["exec/containerd/containerd.sock"], "--namespace", "moby", "leases", .. arguments,
        ];
        return (await ToolRun.RunAsync(command[0], command[1..])).Checked();
    }

    private IEnumerable<string> BelowStore(string place)
    {
        var folders = place.Split('/').Aggregate(
            (IEnumerable<string>)[StoreFolder],
            (parents, pattern) => parents.SelectMany(parent => Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern) : []));
        return folders.SelectMany(Directory.GetFileSystemEntries).Select(path => Path.GetRelativePath(StoreFolder, path));
    }

    private static async Task<bool> AnswersAsync(string socketPath)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync(new Uri("http://docker/_ping"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
