using Buildpacks.Configuration;
using Buildpacks.Configuration.Toml;
using Buildpacks.Descriptors;
using Buildpacks.Engines.Location;
using Buildpacks.IO;
using Buildpacks.Testing;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Tests.Fuzzing;

/// <summary>Every TOML file that is read: what people write, what archives bring along, and what is kept between builds.</summary>
public sealed class TomlFuzzTests : IDisposable
{
    private static readonly string[] Words =
    [
        "[[a]]", "[a.b]", "a.b.c = 1", "= ", "'''", "\"\"\"", "\\u0000", "\\UFFFFFFFF", "1979-05-27T07:32:00Z", "07:32:00", "inf", "-nan", "0x7f", "1_000", "{a = 1}", "[1, \"a\"]",
        "[[order]]", "group = [{ id = \"a\" }]", "id = 5", "[buildpack]",
    ];

    private readonly TestFolder _folder = new("fuzz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Descriptors_of_builders()
    {
        const string valid = """
            description = "a builder"
            [[buildpacks]]
            uri = "buildpacks/web"
            id = "samples/web"
            version = "1.0.0"
            [[buildpacks]]
            image = "docker://example/x"
            [[order]]
            [[order.group]]
            id = "samples/web"
            version = "1.0.0"
            optional = true
            [[extensions]]
            uri = "ext"
            [[order-extensions]]
            group = [{ id = "a/b", version = "1" }]
            [stack]
            id = "s"
            build-image = "b"
            run-image = "r"
            run-image-mirrors = ["m"]
            [build]
            image = "b"
            [[build.env]]
            name = "A"
            value = "1"
            suffix = "append"
            delim = ":"
            [[run.images]]
            image = "r"
            mirrors = ["m"]
            [[targets]]
            os = "linux"
            distros = [{ name = "debian", version = "12" }]
            [lifecycle]
            uri = "lifecycle.tgz"
            [[system.pre.buildpacks]]
            id = "x"
            """;
        Fuzzer.OfText("builder.toml", [valid], Words).Run(text => BuilderDescriptorReader.Read(TomlDocument.FromText("builder.toml", text, "BuilderTomlInvalid")));
    }

    [Fact]
    public void Descriptors_of_projects()
    {
        const string valid = """
            [_]
            schema-version = "0.3"
            id = "me.app"
            [io.buildpacks]
            builder = "b"
            exclude = ["*.log", "[a-z]**/\\", "!x"]
            [[io.buildpacks.group]]
            id = "a/one"
            version = "1"
            exec-env = ["all"]
            [[io.buildpacks.group]]
            uri = "x"
            script = { api = "0.10", inline = "echo", shell = "/bin/sh" }
            [[io.buildpacks.build.env]]
            name = "A"
            value = "1"
            [[io.buildpacks.pre.group]]
            id = "a"
            """;
        const string first = "[project]\nid = \"a\"\n[build]\nbuilder = \"b\"\ninclude = [\"**/a/**\"]\n[[build.buildpacks]]\nid = \"a\"\n[[build.env]]\nname = \"A\"\nvalue = \"1\"\n";
        Fuzzer.OfText("project.toml", [valid, first], Words).Run(text =>
        {
            var project = ProjectDescriptorReader.Parse("project.toml", text);
            var rules = new IgnoreRules([.. project.Include, .. project.Exclude]);

            Assert.False(rules.IsMatch("a/b/c.log", isFolder: false) && rules.IsMatch("", isFolder: false));
            Assert.DoesNotContain(project.Environment, variable => variable.Name.AsSpan().ContainsAny("/=\0 "));
        });
    }

    [Fact]
    public void Patterns_of_files() =>
        Fuzzer.OfText("pattern", ["**/a/*.txt", "!a\\ /", "[[:alpha:]-z]?b**", "/a/**"], "**/", "[!", "[:digit:]", "\\", "/", "***").Run(text =>
        {
            var rules = new IgnoreRules(text.Split('\n'));
            foreach (var path in new[] { "a", "a/b.txt", "a/b/c/d/e/f/g.txt", new string('a', 255) })
            {
                rules.IsMatch(path, isFolder: true);
            }
        });

    [Fact]
    public void Descriptors_of_buildpacks()
    {
        const string valid = """
            api = "0.10"
            [buildpack]
            id = "samples/web"
            version = "1.0.0"
            name = "Web"
            clear-env = true
            keywords = ["a"]
            licenses = [{ type = "MIT", uri = "x" }]
            [[stacks]]
            id = "*"
            mixins = ["m"]
            [[targets]]
            os = "linux"
            arch = "amd64"
            [[targets.distributions]]
            name = "debian"
            version = "12"
            [metadata]
            any = { thing = [1, 2.0, true] }
            """;
        Fuzzer.OfText("buildpack.toml", [valid, valid.Replace("stacks", "order", StringComparison.Ordinal)], Words).Run(text =>
        {
            var descriptor = BuildpackDescriptorReader.Parse("buildpack.toml", text, ModuleKind.Buildpack);

            // Both become names of folders in a builder.
            Assert.DoesNotContain("..", descriptor.Info.Version.Split('/'));
            Assert.DoesNotContain('/', descriptor.Info.Version);
            Assert.NotEmpty(descriptor.Info.Id);
        });
    }

    [Fact]
    public void Descriptors_of_lifecycles() =>
        Fuzzer.OfText(
            "lifecycle.toml",
            [
                "[lifecycle]\nversion = \"0.20.0\"\n[api]\nbuildpack = \"0.10\"\nplatform = \"0.12\"\n",
                "[apis]\n[apis.buildpack]\ndeprecated = [\"0.7\"]\nsupported = [\"0.10\", \"0.11\"]\n[apis.platform]\nsupported = [\"0.12\"]\n[lifecycle]\nversion = \"1\"\n",
            ],
            Words).Run(text => LifecycleDescriptorReader.Parse("lifecycle.toml", text));

    [Fact]
    public void The_file_with_the_keys_of_cache_volumes() =>
        Fuzzer.OfText("volume-keys.toml", ["[volume-keys]\n\"index.docker.io/library/web:latest\" = \"abcdefghij\"\nother = 'x'\n", "a = 1\n"], Words).Run(text =>
        {
            var path = _folder.File("volume-keys.toml", "");
            File.WriteAllText(path, text);
            var keys = new VolumeKeys(path);

            var key = keys.Get("index.docker.io/library/web:latest");

            Assert.NotEmpty(key);
            Assert.Equal(key, keys.Get("index.docker.io/library/web:latest"));
        });

    [Fact]
    public void The_user_s_configuration_is_refused_or_keeps_all_but_the_choice()
    {
        var environment = new EngineEnvironment { Variables = new Dictionary<string, string>(), Home = _folder.Path, ConfigurationFolder = _folder.Path };
        var file = new EngineSettingsFile(environment);
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        Fuzzer.OfText(
            "config.toml",
            ["# mine\n[engine]\nkind = \"podman\"\nendpoint = \"unix:///x\" # there\n\n[other]\nengine = 'docker'\n", "[a]\nb = 1", "engine={kind='docker'}"],
            [.. Words, "kind = \"docker\"", "endpoint = \"\"", "engine.\"kind\" = 'podman'"]).Run(text =>
            {
                File.WriteAllText(file.Path, text);
                file.Read();
                file.Write(new EngineChoice(PackEngineKind.Docker, "tcp://h:1"));

                Assert.Equal(new EngineChoice(PackEngineKind.Docker, "tcp://h:1"), file.Read());
                file.Write(new EngineChoice());
                Assert.Equal(new EngineChoice(), file.Read());
            });
    }

    [Fact]
    public void The_user_s_configuration_is_refused_or_takes_every_change()
    {
        var file = new PackConfigFile(_folder["config.toml"]);
        Fuzzer.OfText(
            "config.toml",
            [
                "default-builder-image = \"b\"\n[[run-images]]\n  image = \"r\"\n  mirrors = [\"m\"]\n\n[[trusted-builders]]\n  name = \"t\"\n[registry-mirrors]\n  \"*\" = \"x\"\n",
                "run-images = [{ image = 'r', mirrors = [] }, {}]\ntrusted-builders = []\nregistry-mirrors = { a = 'b' }\n[[registries]]\nname='q'\n[registries.more]\nx=1\n",
                "registry-mirrors.'index.docker.io' = 'm'\n",
            ],
            [.. Words, "[[run-images]]", "image = \"r\"", "[registry-mirrors]", "name = 't'", "{ image = 'r' }", "# note", ","]).Run(text =>
            {
                File.WriteAllText(file.Path, text);
                var added = file.Update(new PackConfigChange
                {
                    DefaultBuilder = "n", RunImageMirrors = [new("r", "m1"), new("r", "m2"), new("new", "m3")], RegistryMirrors = [new("a", "z"), new("*", "y")],
                    TrustedBuilders = ["t", "u"], Registries = [new("q", "git", "v")],
                });
                Assert.Equal("n", added.DefaultBuilder);
                Assert.Contains(new PackRunImageMirror("r", "m2"), added.RunImageMirrors);
                Assert.Contains(new PackRunImageMirror("new", "m3"), added.RunImageMirrors);
                Assert.Contains(new PackRegistryMirror("a", "z"), added.RegistryMirrors);
                Assert.Contains(new PackRegistryMirror("*", "y"), added.RegistryMirrors);
                Assert.Contains("u", added.TrustedBuilders);
                Assert.Contains(new PackBuildpackRegistry("q", "git", "v"), added.Registries);

                var removed = file.Update(new PackConfigChange
                {
                    Cleared = [PackConfigSetting.DefaultBuilder], RemovedRunImages = ["r"], RemovedRegistryMirrors = ["a", "*"], RemovedTrustedBuilders = ["u"], RemovedRegistries = ["q"],
                });
                Assert.Null(removed.DefaultBuilder);
                Assert.DoesNotContain(removed.RunImageMirrors, image => image.Image == "r");
                Assert.DoesNotContain(removed.RegistryMirrors, mirror => mirror.Registry is "a" or "*");
                Assert.DoesNotContain("u", removed.TrustedBuilders);
                Assert.DoesNotContain(removed.Registries, registry => registry.Name == "q");
            });
    }
}
