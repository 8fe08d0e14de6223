using System.Text;
using Buildpacks.Builds.Planning;
using Buildpacks.Builds.Running;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Engines.Docker.Endpoints;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Tests.Fuzzing;

/// <summary>Parsers of what people type, and of what a lifecycle prints.</summary>
public sealed class TextFuzzTests : IDisposable
{
    private const int LongestFileName = 255;

    private static readonly string Hex = new('0', 64);

    private static readonly string[] Names =
    [
        "web", "team/web:1.2", "localhost:5000/team/web", "docker.io/library/web:latest", "ghcr.io/a/b/c__d-e.f:v1", "[::1]:5000/x:y", $"web@sha256:{Hex}",
        $"a.b/c:d@sha256:{Hex}", new string('r', 200) + ":" + new string('t', 128), "sha256:" + Hex,
    ];

    private readonly TestFolder _folder = new("fuzz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Image_references_are_refused_or_written_and_read_again_as_the_same() =>
        Fuzzer.OfText("image reference", Names, "@sha256:", Hex, "localhost/", ":5000/", "Upper", "__", "---").Run(text =>
        {
            if (!ImageReference.TryParse(text, out var reference, out var problem))
            {
                Assert.NotEmpty(problem);
                return;
            }

            Assert.Equal(reference, ImageReference.Parse(reference.ToString()));
            Assert.Equal(reference, ImageReference.Parse(reference.ToFamiliarString()));
            Assert.DoesNotContain("..", LayoutPath.For(reference).Split('/'));
            Assert.Contains(text, ImageSpellings.Of(text));
            Assert.InRange(reference.Name.Length, 1, 255);
        });

    [Fact]
    public void Names_of_cache_volumes_are_names_that_engines_take()
    {
        var keys = new VolumeKeys(_folder["volume-keys.toml"]);
        Fuzzer.OfText("cache name", Names, ":latest", "aux", "/con/").Run(text =>
        {
            var caches = CacheNames.For(ImageNames.Parse(text), keys);

            Assert.Equal(caches, CacheNames.For(ImageNames.Parse(text), keys));
            Assert.NotEqual(caches.Build, caches.Launch);
            Assert.All(new[] { caches.Build, caches.Launch }, name => Assert.Matches(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}\z", name));
        });
    }

    [Fact]
    public void Volumes_are_refused_or_mounted_at_an_absolute_path() =>
        Fuzzer.OfText("volume", ["/home/me/.m2:/m2:rw", "data:/data", "./rel:/x:ro", "~/x:/y", "C:\\x:/y:rw,ro", "/a:/b:ro,rw"], ":ro", ":rw", ":z", "C:\\", "~/").Run(text =>
        {
            var mount = VolumeSpec.Parse(text, "/base", out _);

            Assert.StartsWith("/", mount.Target, StringComparison.Ordinal);
            Assert.DoesNotContain("..", mount.Target.Split('/'));
            Assert.NotEmpty(mount.Source);
            Assert.DoesNotContain('\0', mount.Source + mount.Target);
        });

    [Fact]
    public void Files_of_variables_are_refused_or_give_names_that_files_can_have() =>
        Fuzzer.OfText("environment file", ["A=1\nB=two words\n# comment\n\nC=x=y\nHOME\n", "NAME=\"quoted\"\r\nOTHER=\r\n"], "A=", "=B", "#", "..=x", "a/b=c", "A\0=1").Run(input =>
        {
            var path = _folder.File(".env", "");
            File.WriteAllText(path, input);

            var variables = new BuildEnvironment(name => name == "HOME" ? "/home" : null).Read([], [path]);

            Assert.All(variables.Keys, name =>
            {
                Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, LongestFileName);
                Assert.False(name is "." or ".." || name.AsSpan().ContainsAny('/', '\0'), name);
            });
        });

    [Fact]
    public void Addresses_of_docker_are_refused_or_ones_that_can_be_spoken_to() =>
        Fuzzer.OfText(
            "docker address",
            ["unix:///var/run/docker.sock", "/run/docker.sock", "tcp://127.0.0.1:2375", "npipe:////./pipe/docker_engine", "host:2375", "ssh://u@h", "https://h"],
            "unix://", "tcp://", "npipe:", "[::1]", ":99999").Run(text =>
                Assert.Contains(DockerAddress.Parse(text).Scheme, new[] { "unix", "npipe", "tcp", "http", "https", "ssh" }));

    [Fact]
    public void Output_is_cut_into_lines_of_bounded_length_and_nothing_is_lost() =>
        Fuzzer.OfText(
            "lifecycle output", ["===> ANALYZING\nline\r\n===> BUILDING\n\u001b[31mred\u001b[0m é 😀\nend", new string('x', 40_000) + "\n\n"],
            "===> EXPORTING\n", "\u001b[", "\r", "😀", new string('é', 9000), new string('y', 16 * 1024)).Run((byte[] input) =>
            {
                var lines = new List<string>();
                var splitter = new LineSplitter((line, _) => lines.Add(line), text => text.Length);
                foreach (var part in input.Chunk(1 + (input.Length % 977)))
                {
                    splitter.Write(part);
                }

                splitter.Complete();

                Assert.All(lines, line => Assert.InRange(line.Length, 0, 16 * 1024));
                Assert.Equal(Plain(Encoding.UTF8.GetString(input)), Plain(string.Concat(lines)));

                static string Plain(string text) => text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
            });
}
