using Buildpacks.Configuration;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Tests.Configuration;

public sealed class PackConfigFileTests : IDisposable
{
    /// <summary>As pack 0.40 writes it.</summary>
    private const string OfPack =
        """
        default-registry = "mine"
        default-builder-image = "example.com/builder"
        pull-policy = "if-not-present"
        experimental = true
        lifecycle-image = "example.com/lifecycle:1"
        layout-repo-dir = "/home/me/.pack/layout-repo"

        [[run-images]]
          image = "example.com/run"
          mirrors = ["a.example.com/run", "b.example.com/run"]

        [[trusted-builders]]
          name = "example.com/one"

        [[trusted-builders]]
          name = "example.com/two"

        [[registries]]
          name = "mine"
          type = "github"
          url = "https://example.com/index"

        [registry-mirrors]
          "*" = "10.0.0.1"
          "index.docker.io" = "10.0.0.2:5000"

        """;

    private readonly TestFolder _folder = new("config");

    private string Path => _folder["config.toml"];

    private PackConfigFile File => new(Path);

    private string Text => System.IO.File.ReadAllText(Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_file_nothing_is_set()
    {
        var config = File.Read();

        Assert.Equal((Path, null, null, null, null), (config.Path, config.DefaultBuilder, config.PullPolicy, config.Experimental, config.Engine));
        Assert.Empty(config.RunImageMirrors);
        Assert.All(config.Settings, setting => Assert.Equal((false, "default", null), (setting.IsSet, setting.Source, setting.Line)));
        Assert.Equal("IfNotPresent", config.Settings.Single(setting => setting.Name == "PullPolicy").Value);
        Assert.False(System.IO.File.Exists(Path));
    }

    [Fact]
    public void A_file_of_pack_is_read_with_the_line_of_each_setting()
    {
        _folder.File("config.toml", OfPack);

        var config = File.Read();

        Assert.Equal(
            ("example.com/builder", PullPolicy.IfNotPresent, true, "example.com/lifecycle:1", "/home/me/.pack/layout-repo", "mine"),
            (config.DefaultBuilder, config.PullPolicy, config.Experimental, config.LifecycleImage, config.LayoutFolder, config.DefaultRegistry));
        Assert.Equal("example.com/run -> a.example.com/run, example.com/run -> b.example.com/run", config.RunImageMirrors.ToString());
        Assert.Equal("example.com/one, example.com/two", config.TrustedBuilders.ToString());
        Assert.Equal([new PackBuildpackRegistry("mine", "github", "https://example.com/index")], config.Registries);
        Assert.Equal([new PackRegistryMirror("*", "10.0.0.1"), new PackRegistryMirror("index.docker.io", "10.0.0.2:5000")], config.RegistryMirrors);
        Assert.All(config.Settings.SkipLast(2), setting => Assert.Equal((true, Path), (setting.IsSet, setting.Source)));
        Assert.Equal([2, 3, 8, 23, 12, 5, 18, 1, 4, 6], config.Settings.SkipLast(2).Select(setting => setting.Line));
    }

    [Theory]
    [InlineData("a = 1\npull-policy = \"sometimes\"", "line 2", "if-not-present")]
    [InlineData("pull-policy = 1", "line 1", "a string")]
    [InlineData("\n\ndefault-builder-image = [", "line 3", "")]
    [InlineData("[engine]\nkind = \"lxc\"", "line 2", "podman or docker")]
    [InlineData("[engine]\nkind = \"1\"", "line 2", "podman or docker")]
    [InlineData("[[run-images]]\nimage = \"a\"\nmirrors = \"b\"", "line 3", "list")]
    [InlineData("x = 1\nx = 2", "line 2", "")]
    public void A_broken_file_names_its_line_and_is_not_overwritten(string text, string line, string word)
    {
        _folder.File("config.toml", text);

        var failure = Assert.Throws<PackException>(() => File.Read());
        Assert.Equal(("ConfigurationInvalid", Path), (failure.ErrorId, failure.Target));
        Assert.Contains(line, failure.Message, StringComparison.Ordinal);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.Throws<PackException>(() => File.Update(new PackConfigChange { DefaultBuilder = "b" }));
        Assert.Equal(text, Text);
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Unknown_keys_comments_and_order_survive_every_change()
    {
        const string Before =
            """
            # mine
            unknown = 1 # one

            pull-policy = "never" # offline
            other = { a = "x" }

            # the mirrors
            [[run-images]] # first
            # image
            image = "run/a" # a
            mirrors = [ "m/1", # one
              "m/2" ]
            note = "kept"

            # second
            [[run-images]]
            image = "run/b"
            mirrors = []

            [theirs]
            key = 'value'

            # mirrors of registries
            [registry-mirrors]
            "index.docker.io" = "10.0.0.1" # here

            [last] # the end
            z = 1

            """;
        _folder.File("config.toml", Before);

        File.Update(new PackConfigChange
        {
            DefaultBuilder = "new/builder",
            PullPolicy = PullPolicy.Always,
            RunImageMirrors = [new("run/a", "m/3"), new("run/c", "m/4")],
            RegistryMirrors = [new("gcr.io", "10.0.0.2"), new("index.docker.io", "10.0.0.3")],
            TrustedBuilders = ["t/1"],
            RemovedRunImages = ["run/b"],
        });

        Assert.Equal(
            """
            # mine
            unknown = 1 # one

            pull-policy = "always" # offline
            other = { a = "x" }
            default-builder-image = "new/builder"

            # the mirrors
            [[run-images]] # first
            # image
            image = "run/a" # a
            mirrors = ["m/3"]
            note = "kept"

            [[run-images]]
            image = "run/c"
            mirrors = ["m/4"]

            # second

            [theirs]
            key = 'value'

            # mirrors of registries
            [registry-mirrors]
            "index.docker.io" = "10.0.0.3" # here
            "gcr.io" = "10.0.0.2"

            [last] # the end
            z = 1

            [[trusted-builders]]
            name = "t/1"

            """,
            Text);
    }

    [Theory]
    [InlineData("run-images = []\n", "run-images = [{ image = \"r\", mirrors = [\"m\"] }]\n")]
    [InlineData("run-images = [{ image = \"r\", mirrors = [\"old\"], x = 1 }]\n", "run-images = [{ image = \"r\", mirrors = [\"m\"], x = 1 }]\n")]
    [InlineData("run-images = [{ image = \"r\" }]", "run-images = [{ image = \"r\", mirrors = [\"m\"] }]")]
    [InlineData("run-images = [\n  { image = \"q\" }, # why\n]\n", "run-images = [\n  { image = \"q\" }, # why\n{ image = \"r\", mirrors = [\"m\"] }\n]\n")]
    [InlineData("x = 1\r\n", "x = 1\r\n\r\n[[run-images]]\r\nimage = \"r\"\r\nmirrors = [\"m\"]\r\n")]
    [InlineData("", "[[run-images]]\nimage = \"r\"\nmirrors = [\"m\"]\n")]
    public void A_list_is_changed_in_whatever_way_it_is_written(string before, string after)
    {
        _folder.File("config.toml", before);

        var config = File.Update(new PackConfigChange { RunImageMirrors = [new("r", "m")] });

        Assert.Equal(after, Text);
        Assert.Equal("r -> m", config.RunImageMirrors.Last().ToString());
        File.Update(new PackConfigChange { RemovedRunImages = ["r"] });
        Assert.DoesNotContain(File.Read().RunImageMirrors, image => image.Image == "r");
    }

    [Theory]
    [InlineData("registry-mirrors = { a = \"b\" }\n", "registry-mirrors = { a = \"b\", \"x.y\" = \"m\" }\n")]
    [InlineData("registry-mirrors = {}\n", "registry-mirrors = {\"x.y\" = \"m\"}\n")]
    [InlineData("registry-mirrors.\"x.y\" = \"b\"\n", "registry-mirrors.\"x.y\" = \"m\"\n")]
    [InlineData("registry-mirrors.a = \"b\"\nz = 1\n", "registry-mirrors.a = \"b\"\nregistry-mirrors.\"x.y\" = \"m\"\nz = 1\n")]
    [InlineData("[registry-mirrors]\n\n[z]\na = 1", "[registry-mirrors]\n\"x.y\" = \"m\"\n\n[z]\na = 1")]
    [InlineData("[registry-mirrors]\n  a = \"b\"", "[registry-mirrors]\n  a = \"b\"\n  \"x.y\" = \"m\"\n")]
    public void A_table_is_changed_in_whatever_way_it_is_written(string before, string after)
    {
        _folder.File("config.toml", before);

        File.Update(new PackConfigChange { RegistryMirrors = [new("x.y", "m")] });

        Assert.Equal(after, Text);
        File.Update(new PackConfigChange { RemovedRegistryMirrors = ["x.y"] });
        Assert.DoesNotContain(File.Read().RegistryMirrors, mirror => mirror.Registry == "x.y");
    }

    [Fact]
    public void What_is_added_and_removed_again_leaves_the_file_as_it_was()
    {
        _folder.File("config.toml", OfPack);

        File.Update(new PackConfigChange
        {
            RunImageMirrors = [new("new", "m")], RegistryMirrors = [new("new", "m")], TrustedBuilders = ["new"], Registries = [new("new", "git", "u")],
            ReplacesEngine = true, Engine = PackEngineKind.Docker, EngineEndpoint = "unix:///x \"y\"",
        });
        var added = File.Read();
        Assert.Equal((PackEngineKind.Docker, "unix:///x \"y\""), (added.Engine, added.EngineEndpoint));
        File.Update(new PackConfigChange
        {
            RemovedRunImages = ["new"], RemovedRegistryMirrors = ["new"], RemovedTrustedBuilders = ["new"], RemovedRegistries = ["new"], ReplacesEngine = true,
        });

        Assert.Equal(OfPack.Trim(), Text.Trim());
    }

    [Fact]
    public void Every_setting_can_be_cleared()
    {
        _folder.File("config.toml", OfPack + "\n[mine]\nkept = true\n");

        var config = File.Update(new PackConfigChange { Cleared = Enum.GetValues<PackConfigSetting>() });

        Assert.DoesNotContain(config.Settings, setting => setting.IsSet);
        Assert.Equal("[mine]\nkept = true", Text.Trim());
    }

    [Fact]
    public void The_default_registry_is_one_that_is_defined_and_goes_with_it()
    {
        var failure = Assert.Throws<PackException>(() => File.Update(new PackConfigChange { DefaultRegistry = "mine" }));
        Assert.Equal("ConfigurationValueInvalid", failure.ErrorId);
        Assert.False(System.IO.File.Exists(Path));

        File.Update(new PackConfigChange { DefaultRegistry = "mine", Registries = [new("mine", "git", "https://example.com/x")] });
        Assert.Equal("mine", File.Read().DefaultRegistry);
        File.Update(new PackConfigChange { RemovedRegistries = ["mine"] });

        Assert.Null(File.Read().DefaultRegistry);
    }

    [Fact]
    public void Experimental_features_bring_and_take_the_folder_of_layouts_as_with_pack()
    {
        Assert.Equal(_folder["layout-repo"], File.Update(new PackConfigChange { Experimental = true }).LayoutFolder);
        Assert.Equal((false, null), (File.Update(new PackConfigChange { Experimental = false }).Experimental, File.Read().LayoutFolder));
        Assert.Equal("/mine", File.Update(new PackConfigChange { Experimental = true, LayoutFolder = "/mine" }).LayoutFolder);
    }

    [Fact]
    public void A_link_to_the_file_stays_a_link_and_its_mode_stays()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var real = _folder.File("real/config.toml", "# mine\n");
        System.IO.File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        System.IO.File.CreateSymbolicLink(Path, real);

        File.Update(new PackConfigChange { DefaultBuilder = "b" });

        Assert.Equal(real, new FileInfo(Path).LinkTarget);
        Assert.Equal("# mine\ndefault-builder-image = \"b\"\n", System.IO.File.ReadAllText(real));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(real));
    }

    [Fact]
    public async Task Two_processes_that_write_at_once_lose_nothing()
    {
        const int Entries = 60;
        var program = System.IO.Path.Combine(AppContext.BaseDirectory, "Buildpacks.BuildProcess.dll");

        var runs = await Task.WhenAll(
            ToolRun.RunAsync("dotnet", [program, "config", Path, "one", $"{Entries}"]), ToolRun.RunAsync("dotnet", [program, "config", Path, "two", $"{Entries}"]));

        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Equal(
            Enumerable.Range(0, Entries).SelectMany(i => new[] { $"one/{i}", $"two/{i}" }).Order(StringComparer.Ordinal),
            File.Read().TrustedBuilders.Order(StringComparer.Ordinal));
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }
}
