using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Podman.Arguments;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>Every field of a container's specification reaches the container, on every engine.</summary>
public abstract class ContainerSpecContract(EngineUnderTest subject) : EngineContract(subject)
{
    private static readonly Dictionary<string, string> Difficult = new()
    {
        ["SIMPLE"] = "value",
        ["EMPTY"] = "",
        ["SPACES"] = "  two  ",
        ["LINES"] = "one\ntwo\n\nfour\n",
        ["UNICODE"] = "ä ⊕ 语 \u0001",
        ["QUOTES"] = "\"double\" 'single' \\ $HOME `x` *",
        ["EQUALS"] = "a=b=c",
        ["dotted.name-with-dash"] = "odd",
        ["LONG"] = new string('x', 100_000),

        // Names that mean something to an engine's own command line.
        ["PATH"] = "/bin:/cnb/bin",
        ["HOME"] = "/home of \"somebody\" # not a comment",
        ["TMPDIR"] = "/no/such/folder",
        ["XDG_RUNTIME_DIR"] = "/no/such/folder",
        ["CONTAINERS_CONF"] = "/no/such/file",
        ["CONTAINER_HOST"] = "unix:///no/such/socket",
        ["DOCKER_HOST"] = "unix:///no/such/socket",
        ["LD_PRELOAD_TEST"] = "x",
        ["HTTP_PROXY"] = "http://proxy.example:3128",
        ["http_proxy"] = "http://proxy.example:3128",
        ["USER"] = "somebody",
    };

    [SkippableFact]
    public async Task Environment_arrives_as_it_is()
    {
        Subject.Require();

        var environment = await ReadEnvironmentAsync(Difficult);
        foreach (var (name, value) in Difficult)
        {
            Assert.Equal(value, environment.GetValueOrDefault(name));
        }

        Assert.Equal("image", environment["FROM_IMAGE"]);
    }

    [SkippableFact]
    public async Task Environment_is_the_specification_s_and_the_image_s_alone()
    {
        Subject.Require();
        Environment.SetEnvironmentVariable("HTTPS_PROXY", "http://proxy-of-this-machine.example");
        try
        {
            var environment = await ReadEnvironmentAsync([]);

            Assert.DoesNotContain("HTTPS_PROXY", environment.Keys);
            Assert.DoesNotContain("https_proxy", environment.Keys);
        }
        finally
        {
            Environment.SetEnvironmentVariable("HTTPS_PROXY", null);
        }
    }

    [SkippableFact]
    public async Task A_command_and_its_arguments_arrive_as_they_are()
    {
        Subject.Require();

        var (_, output, _) = await RunAsync(new ContainerSpec
        {
            Image = ImageName, Command = ["printf", "<%s>", "", "two words", "--privileged", "$HOME", "a\nb", "\"ä\""],
        });

        Assert.Equal("<><two words><--privileged><$HOME><a\nb><\"ä\">", output);
    }

    [SkippableFact]
    public async Task Entry_points_are_kept_cleared_or_replaced()
    {
        Subject.Require();
        var image = await LoadAsync(new TestImage { Name = NewImageName("entry"), Entrypoint = ["echo", "entry"], Command = ["command"] });

        var kept = await RunAsync(new ContainerSpec { Image = image });
        var keptWithCommand = await RunAsync(new ContainerSpec { Image = image, Command = ["other"] });
        var cleared = await RunAsync(new ContainerSpec { Image = image, Entrypoint = [], Command = ["echo", "alone"] });
        var replaced = await RunAsync(new ContainerSpec { Image = image, Entrypoint = ["echo", "two words", "\"ä\""], Command = ["end"] });

        Assert.Equal(
            ["entry command\n", "entry other\n", "alone\n", "two words \"ä\" end\n"],
            new[] { kept.Output, keptWithCommand.Output, cleared.Output, replaced.Output });
    }

    [SkippableTheory]
    [InlineData(null, "0:0")]
    [InlineData("cnb", "1000:1000")]
    [InlineData("1000", "1000:1000")]
    [InlineData("1234:5678", "1234:5678")]
    [InlineData("0:0", "0:0")]
    public async Task A_container_runs_as_its_user(string? user, string expected)
    {
        Subject.Require();

        var run = await RunAsync(new ContainerSpec { Image = ImageName, User = user, Command = ["sh", "-c", "echo $(id -u):$(id -g)"] });

        Assert.Equal(expected + "\n", run.Output);
    }

    [SkippableTheory]
    [InlineData(null, "/workspace")]
    [InlineData("/tmp", "/tmp")]
    public async Task A_container_runs_in_its_folder(string? folder, string expected)
    {
        Subject.Require();

        var run = await RunAsync(new ContainerSpec { Image = ImageName, WorkingDirectory = folder, Command = ["pwd"] });

        Assert.Equal(expected + "\n", run.Output);
    }

    [SkippableFact]
    public async Task A_named_volume_is_made_and_kept_for_the_next_container()
    {
        Subject.Require();
        var volume = NewVolumeName("kept");
        ContainerMount[] mounts = [new(ContainerMountKind.Volume, volume, "/a folder, with commas")];

        var first = await RunAsync(new ContainerSpec
        {
            Image = ImageName, Mounts = mounts, Command = ["sh", "-c", "echo kept > '/a folder, with commas/file'"],
        });
        var second = await RunAsync(new ContainerSpec { Image = ImageName, Mounts = mounts, Command = ["cat", "/a folder, with commas/file"] });

        Assert.Equal((0, "", ""), first);
        Assert.Equal((0, "kept\n", ""), second);
        Assert.Contains(await Engine.Volumes.ListAsync(None), listed => listed.Name == volume);
    }

    [SkippableFact]
    public async Task A_read_only_mount_cannot_be_written()
    {
        Subject.Require();
        var volume = NewVolumeName("readonly");
        await Engine.Volumes.CreateAsync(volume, new Dictionary<string, string>(), None);

        var run = await RunAsync(new ContainerSpec
        {
            Image = ImageName,
            Mounts = [new ContainerMount(ContainerMountKind.Volume, volume, "/cache", ReadOnly: true)],
            Command = ["touch", "/cache/file"],
        });

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Read-only file system", run.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("z")]
    [InlineData("Z")]
    [InlineData("rprivate")]
    [InlineData("rprivate,z")]
    public async Task The_engine_takes_its_own_options_of_a_mount(string options)
    {
        Subject.Require();
        using var folder = new TestFolder("options");
        folder.File("file", "from the machine");
        var mount = new ContainerMount(ContainerMountKind.Bind, folder.Path, "/mnt") { Options = options.Split(',') };

        var written = await RunAsync(new ContainerSpec { Image = ImageName, User = "0:0", Mounts = [mount], Command = ["sh", "-c", "cat /mnt/file; grep -c ' /mnt .*ro,' /proc/self/mounts"] });
        var readOnly = await RunAsync(new ContainerSpec { Image = ImageName, User = "0:0", Mounts = [mount with { ReadOnly = true }], Command = ["touch", "/mnt/new"] });

        Assert.Equal("from the machine0\n", written.Output);
        Assert.Contains("Read-only file system", readOnly.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_option_of_a_mount_that_the_engine_does_not_know_is_refused_in_its_words()
    {
        Subject.Require();
        using var folder = new TestFolder("options");

        var failure = await FailsAsync(PackErrorKind.InvalidInput, () => CreateAsync(new ContainerSpec
        {
            Image = ImageName, Mounts = [new ContainerMount(ContainerMountKind.Bind, folder.Path, "/mnt") { Options = ["nonsense"] }],
        }));

        Assert.Contains("nonsense", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_volume_has_the_options_of_its_driver()
    {
        Subject.Require();
        var volume = NewVolumeName("driver");
        var mount = new ContainerMount(ContainerMountKind.Volume, volume, "/mnt") { Options = ["volume-opt=type=tmpfs", "volume-opt=device=tmpfs", "volume-opt=o=size=2m"] };

        var id = await CreateAsync(new ContainerSpec { Image = ImageName, Mounts = [mount], Command = ["true"] });

        Assert.NotEqual("", id);
        Assert.Contains(await Engine.Volumes.ListAsync(None), listed => listed.Name == volume);
    }

    [SkippableFact]
    public async Task A_folder_of_the_engine_s_machine_is_mounted()
    {
        Subject.Require();
        using var folder = new TestFolder("bind, \"mount\"");
        folder.File("file", "from the machine");

        var run = await RunAsync(new ContainerSpec
        {
            Image = ImageName,
            Mounts = [new ContainerMount(ContainerMountKind.Bind, folder.Path, "/mnt", ReadOnly: true)],
            Command = ["cat", "/mnt/file"],
        });

        Assert.Equal((0, "from the machine", ""), run);
        await FailsAsync(PackErrorKind.InvalidInput, () => CreateAsync(new ContainerSpec
        {
            Image = ImageName, Mounts = [new ContainerMount(ContainerMountKind.Bind, folder["missing"], "/mnt")],
        }));
    }

    [SkippableFact]
    public async Task Network_none_has_no_interface_but_the_loopback()
    {
        Subject.Require();

        var run = await RunAsync(new ContainerSpec { Image = ImageName, Network = "none", Command = ["sh", "-c", "cut -d: -f1 /proc/net/dev | grep -v '|'"] });

        Assert.DoesNotContain("eth", run.Output, StringComparison.Ordinal);
        Assert.Contains("lo", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_container_can_be_in_the_user_namespace_of_the_machine()
    {
        Subject.Require();
        var specification = new ContainerSpec { Image = ImageName, UsesHostUserNamespace = true, Command = ["sh", "-c", "cat /proc/self/uid_map"] };

        var run = await RunAsync(specification);

        // What an engine runs without it depends on its configuration, so the engine's arguments are looked at too.
        Assert.Equal((await RunShellAsync("cat /proc/self/uid_map")).Output, run.Output);
        Assert.Equal("host", DockerContainerParameters.From(specification).HostConfig!.UsernsMode);
        Assert.Contains("--userns=host", CreateArguments.Options(specification));
        Assert.DoesNotContain(CreateArguments.Options(specification with { UsesHostUserNamespace = false }), option => option.StartsWith("--userns", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Privileges_and_capabilities_are_as_asked_for()
    {
        Subject.Require();
        const string show = "grep -E 'CapEff|NoNewPrivs' /proc/self/status | tr -d '\\t'";

        var normal = await RunShellAsync(show);
        var none = await RunAsync(new ContainerSpec
        {
            Image = ImageName, SecurityOptions = ["no-new-privileges"], DroppedCapabilities = ["ALL"], Command = ["sh", "-c", show],
        });
        var one = await RunAsync(new ContainerSpec
        {
            Image = ImageName, DroppedCapabilities = ["ALL"], AddedCapabilities = ["CHOWN"], Command = ["sh", "-c", show],
        });

        Assert.Contains("NoNewPrivs:0", normal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CapEff:0000000000000000", normal.Output, StringComparison.Ordinal);
        Assert.Equal("CapEff:0000000000000000\nNoNewPrivs:1\n", none.Output);
        Assert.Equal("CapEff:0000000000000001\nNoNewPrivs:0\n", one.Output);
    }

    [SkippableTheory]
    [InlineData("", "value")]
    [InlineData("A=B", "value")]
    [InlineData("A\nB", "value")]
    [InlineData("A", "null \0 character")]
    public async Task What_cannot_be_an_environment_variable_is_refused(string name, string value)
    {
        Subject.Require();

        await FailsAsync(PackErrorKind.InvalidInput, () => CreateAsync(new ContainerSpec
        {
            Image = ImageName, Environment = new Dictionary<string, string> { [name] = value },
        }));
    }

    private async Task<Dictionary<string, string>> ReadEnvironmentAsync(Dictionary<string, string> environment)
    {
        var (_, output, _) = await RunAsync(new ContainerSpec
        {
            Image = ImageName, Environment = environment, Entrypoint = [], Command = ["cat", "/proc/self/environ"],
        });
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
