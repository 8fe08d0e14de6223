using System.Text;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layouts;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Images.Copies;

public sealed class LayoutFolderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"manifests\":[5]}")]
    [InlineData("{\"manifests\":[[]]}")]
    [InlineData("{\"manifests\":[{\"digest\":{}}]}")]
    [InlineData("{\"manifests\":[{\"digest\":\"a\",\"digest\":\"b\"}]}")]
    [InlineData("{\"manifests\":[],\"manifests\":[]}")]
    public async Task An_index_that_is_not_as_it_should_be_is_named_and_left_as_it_is(string index)
    {
        var file = _folder.File("index.json", index);
        var layout = new LayoutFolder(_folder.Path, new Progress<long>());
        var image = new ArchiveImage(Encoding.UTF8.GetBytes("{}"), [], []);

        var failure = await Assert.ThrowsAsync<PackException>(() => layout.AddToIndexAsync(image, CancellationToken.None));

        Assert.Equal(("ImageInvalid", _folder.Path), (failure.ErrorId, failure.Target));
        Assert.Equal(index, await File.ReadAllTextAsync(file));
    }
}
