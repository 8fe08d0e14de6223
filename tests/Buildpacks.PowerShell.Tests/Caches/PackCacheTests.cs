using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Engines;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Caches;

/// <summary>On a machine of its own: all caches of the engine are listed.</summary>
public sealed class PackCacheTests(EngineMachine machine) : IClassFixture<EngineMachine>, IDisposable
{
    private const string Web = "example.org/kept/web:latest";
    private const string Old = "example.org/gone/old:v1";

    private readonly PackSession _session = new();

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_engine_without_caches_has_none_to_show_or_to_clear(PackEngineKind kind)
    {
        machine.Require(kind);
        await using var engine = machine.Engine(kind).CreateEngine();
        await RemoveCachesAsync(engine);
        await engine.Volumes.CreateAsync("mine", new Dictionary<string, string>(), CancellationToken.None);
        _session.Run($"Set-PackEngine {kind}").Checked();

        Assert.Empty(_session.Run("Get-PackCache; Clear-PackCache *; Clear-PackCache -Orphaned").Checked().Output);
        Assert.Contains("mine", await VolumesAsync(engine));
        Assert.Equal("CacheNotFound,Buildpacks.Commands.GetPackCacheCommand", _session.Run("Get-PackCache nobody").Failure.FullyQualifiedErrorId);
        Assert.Equal("NameMissing,Buildpacks.Commands.ClearPackCacheCommand", _session.Run("Clear-PackCache").Failure.FullyQualifiedErrorId);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Caches_are_shown_with_their_image_size_and_age(PackEngineKind kind)
    {
        await using var engine = await UseAsync(kind);

        var caches = _session.Run("Get-PackCache").Checked().Of<PackCache>();

        Assert.Equal(
            [
                (Old, PackCacheKind.Build, 1_000_000L, true),
                (Old, PackCacheKind.Launch, 0, true),
                (Web, PackCacheKind.Build, 2_000_000, false),
                (null, PackCacheKind.Build, 0, (bool?)null),
            ],
            caches.Select(cache => (cache.ImageName is null ? null : cache.ImageName + (cache.ImageName == Web[..^7] ? ":latest" : ""), cache.Kind, cache.Size!.Value, cache.Orphaned)));
        Assert.All(caches, cache => Assert.Equal((kind, PackCachePlace.Volume), (cache.Engine, cache.Place)));
        Assert.Equal("pack-cache-other_latest-000000000000.build", caches[3].Name);
        Assert.InRange(caches[0].LastUsed!.Value, DateTimeOffset.UtcNow.AddDays(-41), DateTimeOffset.UtcNow.AddDays(-39));
        Assert.Equal([caches[2].Name], _session.Run("(Get-PackCache example.org/kept/web).Name; Get-PackCache example.org/*/web | Where-Object Size -lt 5").Checked().Texts);
        Assert.Equal([caches[0].Name, caches[2].Name], _session.Run("(Get-PackCache -LargerThan 500KB).Name").Checked().Texts);
        Assert.Equal([caches[0].Name], _session.Run("(Get-PackCache * -OlderThan 30).Name").Checked().Texts);
        Assert.Empty(_session.Run("Get-PackCache * -OlderThan 50").Checked().Output);
        Assert.Equal([caches[2].Name], _session.Run("(Get-PackImage example.org/kept/web | Get-PackCache).Name").Checked().Texts);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Caches_are_removed_by_image_by_pipeline_and_when_they_are_orphaned(PackEngineKind kind)
    {
        await using var engine = await UseAsync(kind);
        var before = await VolumesAsync(engine);
        var web = _session.Run("Get-PackCache example.org/kept/web").Checked().Of<PackCache>().Single();

        Assert.Contains(
            $"What if: Performing the operation \"Remove the build cache of example.org/kept/web from {kind}\" on target \"volume {web.Name}, 2.0 MB\".",
            _session.Show("Clear-PackCache example.org/kept/web -WhatIf"), StringComparison.Ordinal);
        Assert.Equal(before, await VolumesAsync(engine));

        var orphans = _session.Run("Clear-PackCache -Orphaned -PassThru").Checked().Of<PackCache>();
        Assert.Equal(["example.org/gone/old:v1", "example.org/gone/old:v1"], orphans.Select(cache => cache.ImageName));
        Assert.Equal(before.Except(orphans.Select(cache => cache.Name)), await VolumesAsync(engine));

        Assert.Empty(_session.Run("Get-PackCache | Where-Object Size -ge 1MB | Clear-PackCache").Checked().Output);
        Assert.DoesNotContain(web.Name, await VolumesAsync(engine));
        Assert.Contains("mine", await VolumesAsync(engine));
        Assert.Equal(["pack-cache-other_latest-000000000000.build"], _session.Run("(Get-PackCache).Name").Checked().Texts);
    }

    [Fact]
    public void A_cache_image_is_not_removed()
    {
        var cache = new PackCache { Name = "example.org/cache", Kind = PackCacheKind.Build, Place = PackCachePlace.Registry };

        Assert.Equal("CacheInRegistry,Buildpacks.Commands.ClearPackCacheCommand", _session.Run("$args[0] | Clear-PackCache", cache).Failure.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("([TimeSpan]'-1')")]
    [InlineData("'-1'")]
    [InlineData("99999999999")]
    public void An_age_that_cannot_be_is_refused(string age) =>
        Assert.Equal("ParameterArgumentTransformationError,Buildpacks.Commands.GetPackCacheCommand", _session.Run($"Get-PackCache -OlderThan {age}").Failure.FullyQualifiedErrorId);

    private async Task<IEngine> UseAsync(PackEngineKind kind)
    {
        machine.Require(kind);
        var engine = machine.Engine(kind).CreateEngine();
        await new TestImage { Name = Web, Labels = new Dictionary<string, string> { ["io.buildpacks.lifecycle.metadata"] = "{}" } }.LoadAsync(engine);
        await RemoveCachesAsync(engine);
        Directory.CreateDirectory(machine.PackHome);
        File.WriteAllText(Path.Combine(machine.PackHome, "volume-keys.toml"), $"[volume-keys]\n\"{Web}\" = \"key\"\n\"{Old}\" = \"key\"\n\"index.docker.io/library/never:latest\" = \"key\"\n");
        string[] names = [Name(Web, "build"), Name(Old, "build"), Name(Old, "launch"), "pack-cache-other_latest-000000000000.build", "mine"];
        foreach (var name in names)
        {
            await engine.Volumes.CreateAsync(name, new Dictionary<string, string>(), CancellationToken.None);
        }

        var folders = (await engine.Volumes.ListAsync(CancellationToken.None)).ToDictionary(volume => volume.Name, volume => volume.Folder!);
        Write(folders[names[0]], 2_000_000, DateTime.UtcNow);
        Write(folders[names[1]], 1_000_000, DateTime.UtcNow.AddDays(-40));
        _session.Run($"Set-PackEngine {kind}").Checked();
        return engine;

        static string Name(string image, string kind)
        {
            var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(image + "key"));
            var repository = image.Split('/', 2)[1].Split(':');
            return $"pack-cache-{repository[0].Replace('/', '_')}_{repository[1]}-{Convert.ToHexString(hash, 0, 6).ToLowerInvariant()}.{kind}";
        }

        static void Write(string folder, int length, DateTime time)
        {
            var committed = Directory.CreateDirectory(Path.Combine(folder, "committed")).FullName;
            var file = Path.Combine(committed, "layer.tar");
            File.WriteAllBytes(file, new byte[length]);
            foreach (var path in new[] { file, committed, folder })
            {
                File.SetLastWriteTimeUtc(path, time);
            }
        }
    }

    /// <summary>Removes what the tests before left.</summary>
    private static async Task RemoveCachesAsync(IEngine engine)
    {
        foreach (var volume in (await VolumesAsync(engine)).Where(volume => volume.StartsWith("pack-cache-", StringComparison.Ordinal)))
        {
            await engine.Volumes.RemoveAsync(volume, force: true, CancellationToken.None);
        }
    }

    private static async Task<IReadOnlyList<string>> VolumesAsync(IEngine engine) =>
        [.. (await engine.Volumes.ListAsync(CancellationToken.None)).Select(volume => volume.Name).Order(StringComparer.Ordinal)];
}
