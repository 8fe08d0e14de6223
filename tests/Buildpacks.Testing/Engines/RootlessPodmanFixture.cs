using System.Diagnostics;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>
/// podman as an ordinary user, with a store of its own. <see cref="PodmanFixture.Executable"/> is a script that becomes podman as that
/// user; the caller's environment and standard streams pass through it.
/// </summary>
public sealed class RootlessPodmanFixture : PodmanFixture
{
    private TestUser? _user;
    private Dictionary<string, string> _settings = [];

    /// <inheritdoc/>
    public override string Name => "podman (rootless)";

    /// <inheritdoc/>
    public override bool ProgramOwnsItsFiles => Host is null;

    /// <inheritdoc/>
    public override ProcessStartInfo ProgramOfUser(string tool, IEnumerable<string> arguments)
    {
        if (Host is not null)
        {
            // Only root gets into the other system: the script leads from there to the user.
            return base.ProgramOfUser(tool, arguments);
        }

        var start = base.ProgramOfUser(
            "setpriv", [$"--reuid={_user!.UserId}", $"--regid={_user.GroupId}", "--init-groups", Requirement.FindTool(tool) ?? tool, .. arguments]);
        start.WorkingDirectory = Folder["home"];
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        start.Environment[ExecutableVariable] = "podman";
        return start;
    }

    /// <inheritdoc/>
    public override void GiveToUser(string path) => ToolRun.Run("chown", ["-R", $"{_user!.UserId}:{_user.GroupId}", path]).Checked();

    /// <inheritdoc/>
    protected override string? Missing() =>
        Requirement.MissingTool("podman", "runc", "newuidmap", "setpriv", "useradd") ?? Requirement.MissingRoot();

    /// <inheritdoc/>
    protected override async Task StartAsync()
    {
        _user = await TestUser.GetAsync();
        await base.StartAsync();
    }

    /// <inheritdoc/>
    protected override void Configure(string driver)
    {
        var settings = _settings = PodmanConfiguration.Write(Folder, driver);
        Environment = new Dictionary<string, string> { ["TMPDIR"] = TemporaryFolder };
        settings["HOME"] = Folder.Folder("home");

        // podman takes no runroot of more than 50 characters, and then every container's end takes 20 seconds.
        var runtime = settings["XDG_RUNTIME_DIR"] = Folder.Folder("xdg");
        Assert.True($"{runtime}/containers".Length <= 50, $"'{Folder.Path}' is too long a path: set TMPDIR to a shorter one");
        settings["XDG_CONFIG_HOME"] = Folder.Folder("config");
        settings["XDG_DATA_HOME"] = Folder.Folder("data");
        settings["USER"] = settings["LOGNAME"] = _user!.Name;
        File.SetUnixFileMode(runtime, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // What the adapter made for podman alone belongs to this process's user: the script hands it to the one who podman runs as.
        Executable = Script($$"""
            cd {{Folder["home"]}} || exit 125
            for word in "TMPDIR=$TMPDIR" "$@"; do
              case $word in
                TMPDIR=*/buildpacks-*|--authfile=*|--env-file=*)
                  chown {{_user.UserId}}:{{_user.GroupId}} "${word#*=}" || exit 125 ;;
              esac
            done
            exec {{string.Join(' ', OtherSystem.Words(Host))}} setpriv --reuid={{_user.UserId}} --regid={{_user.GroupId}} --init-groups \
              env {{string.Join(' ', settings.Where(setting => setting.Key != "TMPDIR").Select(setting => $"{setting.Key}={setting.Value}"))}} \
              podman "$@"
            """);
        GiveToUser(Folder.Path);
    }

    /// <inheritdoc/>
    protected override async Task StopAsync()
    {
        await base.StopAsync();

        // The pause process that keeps the user namespace open ends with this, and only this.
        await RunAsync("system", "migrate");
    }
}
