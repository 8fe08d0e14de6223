using Buildpacks.Lifecycle.Tests.Layers;
using Buildpacks.Lifecycle.Tests.Support;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Tests.Creating;

/// <summary>What a second build finds of the first, and what it may use again.</summary>
public sealed class RebuildTests : IDisposable
{
    // Makes each layer only when nothing of it was restored; writes down what it found.
    private const string Layers = """
        exec > "$(dirname "$CNB_PLATFORM_DIR")/found"
        test -f $1/modules/content && echo "found modules content"
        test -f $1/modules.toml && echo "found modules.toml"
        test -f $1/dist/content && echo "found dist content"
        test -f $1/dist.toml && echo "found $(grep -o 'version.*' $1/dist.toml)"
        test -f $1/tools.toml && echo "found tools.toml"
        test -f $1/store.toml && echo "found $(grep -o 'runs.*' $1/store.toml)"
        if [ ! -f $1/dist.toml ]; then
          mkdir -p $1/dist; echo dist > $1/dist/content
          echo '{"of":"dist"}' > $1/dist.sbom.cdx.json
        fi
        printf '[types]\nlaunch = true\n[metadata]\nversion = "1"\n' > $1/dist.toml
        mkdir -p $1/modules; cat "$CNB_PLATFORM_DIR/env/MODULES" > $1/modules/content
        printf '[types]\ncache = true\nbuild = true\n[metadata]\nlock = "abc"\n' > $1/modules.toml
        if [ ! -d $1/tools ]; then mkdir -p $1/tools; echo tools > $1/tools/content; fi
        printf '[types]\ncache = true\nlaunch = true\n' > $1/tools.toml
        printf '[metadata]\nruns = "some"\n' > $1/store.toml
        """;

    private readonly TestBuild build = new();

    public RebuildTests()
    {
        build.Folder.File("platform/env/MODULES", "one");
        build.AddBuildpack("samples/layers", Layers, sbom: true);
    }

    public void Dispose() => build.Dispose();

    [Fact]
    public async Task Buildpacks_find_content_of_cached_layers_and_metadata_of_launch_layers()
    {
        await build.CreateAsync();
        build.MakeSparse();

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Contains("found modules content", Found);
        Assert.Contains("found modules.toml", Found);
        Assert.Contains("found version = \"1\"", Found);
        Assert.Contains("found tools.toml", Found);
        Assert.Contains("found runs = \"some\"", Found);
        Assert.DoesNotContain("found dist content", Found);
        Assert.Contains("Reusing cache layer 'samples/layers:modules'", log.Lines);
        Assert.Contains("Reusing cache layer 'samples/layers:tools'", log.Lines);
    }

    [Fact]
    public async Task A_changed_cached_layer_is_written_to_the_cache_and_the_old_one_goes()
    {
        await build.CreateAsync();
        var before = CachedLayers();
        build.Folder.File("platform/env/MODULES", "two");

        var (_, log) = await build.CreateAsync();

        Assert.Contains("Adding cache layer 'samples/layers:modules'", log.Lines);
        var after = CachedLayers();
        Assert.Equal(2, after.Count);
        Assert.Single(after.Except(before));
        Assert.Contains(after, path => TarEntries.Of(path).Any(entry => entry.Name.EndsWith("/modules/content", StringComparison.Ordinal) && entry.Text() == "two"));
    }

    [Fact]
    public async Task Without_the_cache_a_cached_launch_layer_is_made_anew()
    {
        await build.CreateAsync();
        build.MakeSparse();
        Directory.Delete(build.Folder["cache/committed"], recursive: true);

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.DoesNotContain("found tools.toml", Found);
        Assert.Contains("Reusing layer 'samples/layers:tools'", log.Lines);
        Assert.Equal(2, CachedLayers().Count);
    }

    [Fact]
    public async Task A_cached_layer_that_is_not_the_images_is_thrown_away()
    {
        await build.CreateAsync();
        build.MakeSparse();
        var metadata = build.Folder["cache/committed/io.buildpacks.lifecycle.cache.metadata"];
        var tools = build.Label("io.buildpacks.lifecycle.metadata").GetProperty("buildpacks")[0].GetProperty("layers").GetProperty("tools").GetProperty("sha").GetString()!;
        File.WriteAllText(metadata, File.ReadAllText(metadata).Replace(tools, TestBuild.Digest('f'), StringComparison.Ordinal));

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Contains("Removing \"samples/layers:tools\", wrong sha", log.Lines);
        Assert.DoesNotContain("found tools.toml", Found);
    }

    [Fact]
    public async Task A_broken_cached_layer_is_a_warning_and_the_layer_is_made_anew()
    {
        await build.CreateAsync();
        build.MakeSparse();
        foreach (var layer in CachedLayers())
        {
            using var file = File.OpenWrite(layer);
            file.Seek(700, SeekOrigin.Begin);
            file.WriteByte((byte)'!');
        }

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal(2, log.Lines.Count(line => line.StartsWith("Warning: Skipping restore for layer samples/layers:", StringComparison.Ordinal)));
        Assert.Equal(2, log.Lines.Count(line => line.StartsWith("Warning: Skipping reuse for layer samples/layers:", StringComparison.Ordinal)));
        Assert.DoesNotContain("found modules content", Found);
        Assert.Contains("found modules.toml", Found);
        Assert.All(CachedLayers(), layer => Assert.Equal(Path.GetFileNameWithoutExtension(layer), TarEntries.DigestOf(layer)));
    }

    [Theory]
    [InlineData("-skip-restore")]
    [InlineData]
    public async Task A_broken_layer_stays_in_no_cache_whether_it_was_restored_or_not(params string[] arguments)
    {
        await build.CreateAsync();
        Directory.Delete(build.Layout().Path, recursive: true);
        build.PlatformApi = "0.13";
        foreach (var layer in CachedLayers())
        {
            using var file = File.OpenWrite(layer);
            file.Seek(700, SeekOrigin.Begin);
            file.WriteByte((byte)'!');
        }

        var (exitCode, log) = await build.CreateAsync(arguments);

        Assert.True(exitCode == 0, log.Text);
        Assert.All(CachedLayers(), layer => Assert.Equal(Path.GetFileNameWithoutExtension(layer), TarEntries.DigestOf(layer)));
    }

    [Fact]
    public async Task Bills_of_materials_come_back_from_the_previous_images_layer()
    {
        await build.CreateAsync();
        var first = build.ReadImage();
        var sbom = Sbom();
        build.MakeSparse(kept: [sbom]);

        var (_, log) = await build.CreateAsync();

        Assert.Contains("Restoring data for SBOM from previous image", log.Lines);
        Assert.Equal(sbom, Sbom());
        Assert.Equal(first.DiffIds, build.ReadImage().DiffIds);
        Assert.Contains(TarEntries.Of(build.Layout().BlobPath(sbom)), entry => entry.Name.EndsWith("sbom/launch/samples_layers/dist/sbom.cdx.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_layers_data_bills_are_missing_and_the_build_goes_on()
    {
        await build.CreateAsync();
        var sbom = Sbom();
        build.MakeSparse();
        File.WriteAllBytes(build.Layout().BlobPath(sbom), []);

        var (exitCode, log) = await build.CreateAsync();

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.NotEqual(sbom, Sbom());
    }

    [Fact]
    public async Task Skip_restore_brings_back_what_buildpacks_stored_and_nothing_else()
    {
        await build.CreateAsync();

        var (exitCode, log) = await build.CreateAsync("-skip-restore");

        Assert.True(exitCode == 0, log.Text);
        Assert.Contains("found runs = \"some\"", Found);
        Assert.DoesNotContain("found modules.toml", Found);
        Assert.DoesNotContain("found version = \"1\"", Found);
    }

    [Fact]
    public async Task A_previous_image_of_another_name_gives_its_layers()
    {
        await build.CreateAsync("-tag", "example.com/team/app:old");
        build.MakeSparse("example.com/team/app:old", Sbom());
        Directory.Delete(build.Layout().Path, recursive: true);

        var (_, log) = await build.CreateAsync("-previous-image", "example.com/team/app:old");

        Assert.Contains("Reusing layer 'samples/layers:dist'", log.Lines);
        Assert.Equal([Sbom()], build.LayersWithData());
    }

    [Fact]
    public async Task A_full_previous_image_and_a_full_run_image_go_along_with_their_data()
    {
        var layout = build.Layout(TestBuild.RunImage);
        File.WriteAllText(layout.BlobPath(TestBuild.Digest('b')), "data of the base");
        await build.CreateAsync();
        await build.CreateAsync("-tag", "example.com/team/app:copy");

        Assert.Equal("data of the base", File.ReadAllText(build.Layout().BlobPath(TestBuild.Digest('b'))));
        Assert.Equal(build.ReadImage().DiffIds.Except([TestBuild.Digest('c')]), build.LayersWithData("example.com/team/app:copy"));
    }

    [Fact]
    public async Task A_new_run_image_takes_the_place_of_the_old_one_under_the_same_layers()
    {
        await build.CreateAsync();
        build.MakeSparse(kept: [Sbom()]);
        build.WriteSparseImage(TestBuild.RunImage, TestBuild.BaseConfig('e'));

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal([TestBuild.Digest('e'), TestBuild.Digest('c')], build.ReadImage().DiffIds.Take(2));
        Assert.Equal([Sbom()], build.LayersWithData());
    }

    [Fact]
    public async Task A_previous_image_that_is_broken_is_left_alone()
    {
        await build.CreateAsync();
        foreach (var blob in Directory.GetFiles(build.Layout().BlobFolder).Where(blob => new FileInfo(blob).Length > 0))
        {
            File.WriteAllText(blob, "{}");
        }

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Contains(log.Lines, line => line.StartsWith($"Ignoring image \"{build.Layout().Path}\" because it was corrupt", StringComparison.Ordinal));
        Assert.Equal(build.ReadImage().DiffIds.Skip(2), build.LayersWithData());
    }

    [Fact]
    public async Task Blobs_of_the_previous_image_stay_in_the_layout()
    {
        await build.CreateAsync();
        var before = Directory.GetFiles(build.Layout().BlobFolder);
        build.Folder.File("app/main.sh", "changed");

        await build.CreateAsync();

        Assert.Subset(Directory.GetFiles(build.Layout().BlobFolder).ToHashSet(), before.ToHashSet());
    }

    private string[] Found => File.ReadAllLines(build.Folder["found"]);

    private string Sbom() => build.Label("io.buildpacks.lifecycle.metadata").GetProperty("sbom").GetProperty("sha").GetString()!;

    private List<string> CachedLayers() => [.. Directory.GetFiles(build.Folder["cache/committed"], "sha256:*.tar").Order()];
}
