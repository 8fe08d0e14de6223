using System.Globalization;
using System.Text.RegularExpressions;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Caches;
using Buildpacks.Caches.Images;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Caches;

[Trait("Category", "Long")]
[Collection(SharedEngines.Podman)]
public sealed class CacheDamageOnPodman(BuildFixture<PodmanFixture> fixture) : CacheDamageTests(fixture);

[Trait("Category", "Long")]
[Collection(SharedEngines.Docker)]
public sealed class CacheDamageOnDocker(BuildFixture<DockerdFixture> fixture) : CacheDamageTests(fixture);

/// <summary>
/// Builds whose cache is damaged: each succeeds, and the build after it finds a cache that is whole again. The test buildpack counts builds in
/// a layer of the cache.
/// </summary>
public abstract partial class CacheDamageTests(IBuildFixture fixture)
{
    /// <summary>What a damage does to the folder of the volume.</summary>
    private static readonly (string Name, Action<string> Apply)[] Damages =
    [
        ("metadata is no JSON", folder => File.WriteAllText(Metadata(folder), "{ not json")),
        ("metadata is a folder", folder => Replace(Metadata(folder), path => Directory.CreateDirectory(path))),
        ("metadata cannot be read", folder => File.SetUnixFileMode(Metadata(folder), UnixFileMode.None)),
        ("metadata names a layer that is not there", folder => File.Delete(Layer(folder))),
        ("a layer is cut", folder => Cut(Layer(folder))),
        ("a layer has another content", folder => File.WriteAllText(Layer(folder), "other")),
        ("a layer is a folder", folder => Replace(Layer(folder), path => Directory.CreateDirectory(path))),
        ("a layer is a link that leads out", folder => Replace(Layer(folder), path => File.CreateSymbolicLink(path, "/etc/hostname"))),
        ("the cache is a file", folder => Replace(Path.Combine(folder, "committed"), path => File.WriteAllText(path, ""))),
        ("the cache is a link that leads out", folder => Replace(Path.Combine(folder, "committed"), path => File.CreateSymbolicLink(path, "/proc/self"))),
        ("the cache is root's", folder => File.SetUnixFileMode(Path.Combine(folder, "committed"), UnixFileMode.None)),
        ("the next cache is a file", folder => File.WriteAllText(Path.Combine(folder, "staging"), "")),
    ];

    [SkippableFact]
    public async Task A_damaged_volume_is_no_failure_and_is_whole_after_the_build()
    {
        await using var bench = new BuildBench(fixture);
        await NumberAsync(bench);
        var name = CacheNames.For(ImageReference.Parse(bench.Name), bench.Places.Keys).Build;
        foreach (var (damage, apply) in Damages)
        {
            apply(await FolderAsync());

            var (number, _) = await NumberAsync(bench);
            var (next, _) = await NumberAsync(bench);
            var (last, warnings) = await NumberAsync(bench);

            Assert.True(number >= 1 && last == next + 1, $"{damage}: {number}, {next}, {last}");
            Assert.True(warnings.Count == 0, $"{damage}: {string.Join("; ", warnings)}");
        }

        async Task<string> FolderAsync() => (await bench.Engine.Volumes.ListAsync(CancellationToken.None)).Single(volume => volume.Name == name).Folder!;
    }

    [SkippableFact]
    public async Task A_damaged_folder_is_told_of_and_emptied_and_nothing_else_of_it_is()
    {
        await using var bench = new BuildBench(fixture);
        var folder = bench.Folder("cache");
        var request = bench.Request with { Caches = [$"type=build;format=bind;source={folder}"] };
        await NumberAsync(bench, request);
        File.WriteAllText(Path.Combine(folder, "build-cache", "mine"), "mine");
        File.WriteAllText(Path.Combine(folder, "build-cache", "staging"), "");
        File.SetUnixFileMode(Metadata(Path.Combine(folder, "build-cache")), UnixFileMode.None);

        var (_, warnings) = await NumberAsync(bench, request);

        Assert.Contains(warnings, warning => warning.StartsWith("The cache is damaged and was cleared", StringComparison.Ordinal));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, "build-cache", "mine")));
        var (first, _) = await NumberAsync(bench, request);
        Assert.Equal(first + 1, (await NumberAsync(bench, request)).Number);
    }

    private static async Task<(int Number, IReadOnlyList<string> Warnings)> NumberAsync(BuildBench bench, BuildRequest? request = null)
    {
        var sink = new RecordingSink();
        var result = await bench.BuildAsync(request, sink);
        return (int.Parse(BuildNumber().Match(sink.Text).Groups[1].Value, CultureInfo.InvariantCulture), result.Warnings);
    }

    private static string Metadata(string folder) => Path.Combine(folder, "committed", CacheMetadata.Name);

    private static string Layer(string folder) => Directory.GetFiles(Path.Combine(folder, "committed"), "*.tar").OrderByDescending(file => new FileInfo(file).Length).First();

    private static void Cut(string file)
    {
        using var stream = File.Open(file, FileMode.Open);
        stream.SetLength(stream.Length / 3);
    }

    private static void Replace(string path, Action<string> make)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        File.Delete(path);
        make(path);
    }

    [GeneratedRegex(@"build number (\d+)")]
    private static partial Regex BuildNumber();
}
