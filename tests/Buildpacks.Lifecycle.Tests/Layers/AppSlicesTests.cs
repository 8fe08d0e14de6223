using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Layers;

public sealed class AppSlicesTests : IDisposable
{
    private readonly TestFolder folder = new();

    public AppSlicesTests()
    {
        folder.File("app/main.py", "");
        folder.File("app/static/a.css", "");
        folder.File("app/static/img/b.png", "");
        folder.File("app/docs/c.md", "");
        folder.File("app/docs/d.txt", "");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_slices_the_app_is_one_layer()
    {
        var layers = AppSlices.Divide(folder["app"], [], Owner.Root);

        Assert.Equal("Application Layer", Assert.Single(layers).CreatedBy);
        Assert.Contains("/static/img/b.png", Paths(layers[0]));
    }

    [Fact]
    public void A_matched_folder_brings_all_it_holds_and_is_not_repeated()
    {
        var layers = AppSlices.Divide(folder["app"], [["static"]], Owner.Root);

        Assert.Equal(["", "/static", "/static/a.css", "/static/img", "/static/img/b.png"], Paths(layers[0]));
        Assert.Equal(["", "/docs", "/docs/c.md", "/docs/d.txt", "/main.py"], Paths(layers[1]));
        Assert.Equal(["Application Slice: 1", "Application Slice: 2"], layers.Select(layer => layer.CreatedBy));
    }

    [Fact]
    public void A_file_is_in_the_first_slice_that_matches_it()
    {
        var layers = AppSlices.Divide(folder["app"], [["*/*.md", "*.py"], ["docs"]], Owner.Root);

        Assert.Equal(["", "/docs", "/docs/c.md", "/main.py"], Paths(layers[0]));
        Assert.Equal(["", "/docs", "/docs/d.txt"], Paths(layers[1]));
        Assert.Equal(["", "/static", "/static/a.css", "/static/img", "/static/img/b.png"], Paths(layers[2]));
    }

    [Fact]
    public void A_folder_that_is_emptied_by_slices_is_in_no_later_layer()
    {
        var layers = AppSlices.Divide(folder["app"], [["docs/c.md"], ["docs/d.txt"]], Owner.Root);

        Assert.DoesNotContain("/docs", Paths(layers[2]));
    }

    [Fact]
    public void A_slice_that_matches_nothing_is_an_empty_layer()
    {
        File.CreateSymbolicLink(folder["app/out"], "/etc");

        var layers = AppSlices.Divide(folder["app"], [["nothing", "out/*", "../*"]], Owner.Root);

        Assert.Empty(TarEntries.Of(layers[0]));

        // An archive of no entries still has an end; no bytes at all would mean that the layer's data is elsewhere.
        LayerHasher.WriteFile(layers[0], folder["empty.tar"]);
        Assert.Equal(1024, new FileInfo(folder["empty.tar"]).Length);
        Assert.Contains("/out", Paths(layers[1]));
    }

    private List<string> Paths(LayerSource layer) =>
        [.. TarEntries.Of(layer).Select(entry => entry.Name).Where(name => name.StartsWith(folder["app"], StringComparison.Ordinal)).Select(name => name[folder["app"].Length..])];
}
