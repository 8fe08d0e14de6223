using System.Diagnostics;
using System.Text;
using Buildpacks.Engines;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>
/// A real engine with a store of its own, for a class or collection of tests. When the machine lacks it, the fixture is made all
/// the same, and <see cref="Require"/> skips (or fails) each test.
/// </summary>
public abstract class EngineFixture : IAsyncLifetime
{
    private TestFolder? _folder;

    /// <summary>Podman or docker.</summary>
    public abstract PackEngineKind Kind { get; }

    /// <summary>What the tests call it: <c>podman (root)</c>, <c>podman (rootless)</c>, <c>dockerd</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Why the engine cannot be used here; <see langword="null"/> when it can.</summary>
    public string? Unavailable { get; private set; }

    /// <summary>
    /// The sizes of a store and a temporary folder that are file systems of their own, in bytes: they can be filled, or made read-only.
    /// <see langword="null"/> for ordinary folders.
    /// </summary>
    public (long Store, long Temporary)? Sizes { get; init; }

    /// <summary>The folder of the engine's store.</summary>
    public abstract string StoreFolder { get; }

    /// <summary>The folder of podman's temporary files; docker has its own in its store.</summary>
    public string TemporaryFolder => Folder["tmp"];

    /// <summary>The system whose engine this is; <see langword="null"/> for the machine itself.</summary>
    protected OtherSystem? Host { get; private set; }

    /// <summary>The folder with the engine's store, configuration and sockets.</summary>
    protected TestFolder Folder => _folder ?? throw new InvalidOperationException($"{Name} was not started");

    /// <summary>The file with the user's logins to registries: podman reads it by itself, and the adapter for docker.</summary>
    public string LoginFile => Folder["auth.json"];

    /// <summary>Skips the running test when the engine is missing; fails it with <c>CI=true</c>.</summary>
    public void Require() => Requirement.Meet(Unavailable is null ? null : $"{Name}: {Unavailable}");

    /// <summary>An engine that calls this fixture's store.</summary>
    /// <param name="observer">Is told of every call.</param>
    public abstract IEngine CreateEngine(IEngineCallObserver? observer = null);

    /// <summary>Logs in to a registry that speaks plain HTTP, for this fixture's engine alone.</summary>
    public virtual void LogIn(string registry, RegistryCredential credential)
    {
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
        File.WriteAllText(LoginFile, $$"""{"auths": { "{{registry}}": { "auth": "{{login}}" } } }""");
    }

    /// <summary>Runs the engine's own command line, to look behind the adapter's back.</summary>
    public abstract Task<ToolResult> RunAsync(params string[] arguments);

    /// <summary>Starts nothing yet: a program as a user of this engine runs it, with the environment that leads to this store.</summary>
    public virtual ProcessStartInfo ProgramOfUser(string tool, IEnumerable<string> arguments) => new(Requirement.FindTool(tool) ?? tool, arguments);

    /// <summary>Whether a <see cref="ProgramOfUser"/> owns the files that it makes for the engine; otherwise they are handed to another user.</summary>
    public virtual bool ProgramOwnsItsFiles => true;

    /// <summary>Makes a folder and all in it the user's of this engine.</summary>
    public virtual void GiveToUser(string path)
    {
    }

    /// <summary>Everything that is in the store now, a line each: containers, volumes, images and their names, layers; and temporary files.</summary>
    public async Task<IReadOnlySet<string>> ContentAsync()
    {
        await CollectGarbageAsync();
        var containers = await RunAsync(Kind == PackEngineKind.Podman ? ["ps", "--all", "--external", "--quiet"] : ["ps", "--all", "--quiet"]);
        var volumes = await RunAsync("volume", "ls", "--quiet");
        var images = await RunAsync("images", "--all", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}");
        return Lines("container", containers).Concat(Lines("volume", volumes)).Concat(Lines("image", images))
            .Concat(Layers().Select(layer => "layer " + layer))
            .Concat(Directory.EnumerateFileSystemEntries(TemporaryFolder).Select(path => "temporary " + path))
            .ToHashSet(StringComparer.Ordinal);

        static IEnumerable<string> Lines(string kind, ToolResult answer) =>
            answer.Checked().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{kind} {line}");
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Unavailable = OperatingSystem.IsLinux() ? Missing() : "needs Linux";
        if (Unavailable is not null)
        {
            return;
        }

        _folder = new TestFolder(Name.Split(' ')[0]);
        try
        {
            Mount(StoreFolder, Sizes?.Store);
            Mount(TemporaryFolder, Sizes?.Temporary);
            File.SetUnixFileMode(TemporaryFolder, (UnixFileMode)0b001_111_111_111);
            Host = await OtherSystem.OpenAsync(_folder);
            await StartAsync();
        }
        catch (Exception exception) when (!Requirement.IsStrict)
        {
            Unavailable = exception.Message;
        }
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        if (_folder is null)
        {
            return;
        }

        try
        {
            await StopAsync();
        }
        finally
        {
            if (Host is not null)
            {
                await Host.DisposeAsync();
            }

            _folder.Dispose();
        }
    }

    /// <summary>Says what the machine lacks.</summary>
    protected abstract string? Missing();

    /// <summary>The names of the layers in the store's own books, also of those that no image has; and what is half-made beside them.</summary>
    protected abstract IEnumerable<string> Layers();

    /// <summary>As if a day had gone by since a client was killed: the engine drops what it kept for that.</summary>
    public virtual Task ForgetClientsAsync() => Task.CompletedTask;

    /// <summary>Waits until the engine has finished what clients asked for that are gone: the creation of containers.</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>Lets the store remove at once what it would remove in a while.</summary>
    protected virtual Task CollectGarbageAsync() => Task.CompletedTask;

    /// <summary>Starts the engine.</summary>
    protected abstract Task StartAsync();

    /// <summary>Ends the engine and its containers.</summary>
    protected abstract Task StopAsync();

    private static void Mount(string path, long? size)
    {
        Directory.CreateDirectory(path);
        if (size is { } bytes)
        {
            ToolRun.Run("mount", ["-t", "tmpfs", "-o", $"size={bytes},mode=0755", "tmpfs", path]).Checked();
        }
    }
}
