using Buildpacks.Oci;
using Buildpacks.Stores.Layouts;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Stores.Tests.Contract;

/// <summary>The contract on a layout folder, and layouts of another tool.</summary>
public sealed class LayoutStoreTests : ImageStoreContract, IDisposable
{
    private readonly TestFolder _folder = new("layout");
    private readonly LayoutStore _store;

    public LayoutStoreTests() => _store = new LayoutStore(_folder["layout"]);

    private protected override IImageStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task Another_tool_reads_the_layout_and_the_reverse()
    {
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        var name = NewName();
        var manifest = await TestContent.PutImageAsync(Store, name);

        (await ToolRun.RunAsync("skopeo", ["copy", "--preserve-digests", $"oci:{_folder["layout"]}:{name}", $"oci:{_folder["other"]}:tagged"])).Checked();
        using var other = new LayoutStore(_folder["other"]);

        Assert.Equal(manifest.Descriptor.Digest, (await other.ResolveAsync(name.WithTag("tagged"), TestContent.Amd64, default)).Digest);
        Assert.Equal(["tagged"], await other.ListTagsAsync(name, default));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"manifests\":[{\"annotations\":{\"org.opencontainers.image.ref.name\":\"example.com/x:v1\"}}]}")]
    [InlineData("{\"manifests\":[{\"digest\":\"../../etc/passwd\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"example.com/x:v1\"}}]}")]
    [InlineData("{\"a\":1,\"a\":2,\"manifests\":[]}")]
    public async Task A_damaged_index_is_refused(string index)
    {
        _folder.File("layout/index.json", index);

        var failure = await Assert.ThrowsAsync<PackException>(() => Store.FindAsync(ImageReference.Parse("example.com/x:v1"), default));

        Assert.Equal("ManifestInvalid", failure.ErrorId);
    }

    private protected override ImageReference NewName() => ImageReference.Parse($"example.com/r{Guid.NewGuid():N}:v1");

    protected override void Require()
    {
    }
}
