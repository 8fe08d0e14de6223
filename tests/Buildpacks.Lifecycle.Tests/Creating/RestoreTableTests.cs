using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Creating;

/// <summary>What a buildpack finds of its layers, for every combination of cache, previous image and layer types. The expectations are what the reference lifecycle does.</summary>
public sealed class RestoreTableTests : IDisposable
{
    // One layer for each combination of types: l(aunch), b(uild), c(ache). Says what it finds, then makes all layers anew.
    private const string AllTypes = """
        out="$(dirname "$CNB_PLATFORM_DIR")/found"; : > "$out"
        for l in l b c lb lc bc lbc; do
          if [ -f $1/$l.toml ]; then printf '%s' "$l" >> "$out"; if [ -f $1/$l/content ]; then printf '+' >> "$out"; fi; printf ' ' >> "$out"; fi
        done
        if [ -f "$(dirname "$CNB_PLATFORM_DIR")/drop" ]; then rm -rf $1/*.toml $1/*/; exit 0; fi
        for l in l b c lb lc bc lbc; do
          rm -rf $1/$l; mkdir $1/$l; echo $l > $1/$l/content
          { echo '[types]'; case $l in *l*) echo 'launch = true';; esac; case $l in *b*) echo 'build = true';; esac; case $l in *c*) echo 'cache = true';; esac; } > $1/$l.toml
        done
        """;

    private readonly TestBuild build = new();

    public RestoreTableTests() => build.AddBuildpack("samples/types", AllTypes);

    public void Dispose() => build.Dispose();

    // A name means that the layer's TOML file is there, with a plus its content as well.
    [Theory]
    [InlineData("0.15", true, true, "l c+ lc+ bc+ lbc+")]
    [InlineData("0.15", true, false, "l")]
    [InlineData("0.15", false, true, "c+ lc+ bc+ lbc+")]
    [InlineData("0.15", false, false, "")]
    [InlineData("0.14", false, true, "c+ lc+ bc+ lbc+")]
    [InlineData("0.13", true, true, "l c+ lc+ bc+ lbc+")]
    [InlineData("0.13", true, false, "l")]
    [InlineData("0.13", false, true, "c+ bc+")]
    [InlineData("0.13", false, false, "")]
    public async Task Layers_are_restored_by_their_types(string platformApi, bool previousImage, bool cache, string found)
    {
        build.PlatformApi = platformApi;
        await build.CreateAsync();
        Leave(previousImage, cache);

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal(found, Found());
        Assert.DoesNotContain("Layer cache not found", log.Lines);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Layers_that_the_last_build_dropped_do_not_come_back(bool previousImage, bool cache)
    {
        await build.CreateAsync();
        build.Folder.File("drop", "");
        await build.CreateAsync();
        Leave(previousImage, cache);

        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal("", Found());
    }

    [Theory]
    [InlineData("0.13")]
    [InlineData("0.15")]
    public async Task A_cache_of_another_image_gives_the_layers_that_are_not_for_launch(string platformApi)
    {
        build.PlatformApi = platformApi;
        await build.CreateAsync();
        var metadata = build.Folder["cache/committed/io.buildpacks.lifecycle.cache.metadata"];
        var layers = build.Label("io.buildpacks.lifecycle.metadata").GetProperty("buildpacks")[0].GetProperty("layers");
        foreach (var name in (string[])["lc", "lbc"])
        {
            File.WriteAllText(metadata, File.ReadAllText(metadata).Replace(layers.GetProperty(name).GetProperty("sha").GetString()!, TestBuild.Digest('f'), StringComparison.Ordinal));
        }

        build.MakeSparse();
        var (exitCode, log) = await build.CreateAsync();

        Assert.True(exitCode == 0, log.Text);
        Assert.Equal("l c+ bc+", Found());
        Assert.Contains("Removing \"samples/types:lbc\", wrong sha", log.Lines);
    }

    private void Leave(bool previousImage, bool cache)
    {
        if (previousImage)
        {
            build.MakeSparse();
        }
        else
        {
            Directory.Delete(build.Layout().Path, recursive: true);
        }

        if (!cache)
        {
            Directory.Delete(build.Folder["cache/committed"], recursive: true);
        }
    }

    private string Found() => File.ReadAllText(build.Folder["found"]).TrimEnd();
}
