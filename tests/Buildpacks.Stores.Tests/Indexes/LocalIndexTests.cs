using Buildpacks.Stores.Indexes;
using Buildpacks.Testing;

namespace Buildpacks.Stores.Tests.Indexes;

/// <summary>The names of indexes on this machine.</summary>
public sealed class LocalIndexTests : IDisposable
{
    private readonly TestFolder _folder = new("local-indexes");

    private LocalIndexes Local => new(_folder["manifests"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_index_is_found_by_every_spelling_of_its_name()
    {
        await Local.ReplaceAsync("foo", new IndexDocument(), new IndexNotes());
        var changed = await Local.ChangeAsync("docker.io/library/foo:latest", index => (index!.Document, index.Notes with { Format = "Docker" }));

        Assert.Equal(("foo", "foo"), (changed.Name, Assert.Single(Local.List())));
        Assert.All(new[] { "foo:latest", "docker.io/library/foo" }, name => Assert.Equal(("foo", "Docker"), (Local.Find(name)!.Name, Local.Find(name)!.Notes.Format)));
        Assert.Null(Local.Find("foo:2"));
        Assert.Null(Local.Find("localhost/foo"));
        Assert.True(Local.Remove("docker.io/library/foo"));
        Assert.Empty(Local.List());
    }

    [Fact]
    public async Task Of_two_spellings_that_pack_created_each_is_its_own_index()
    {
        await Local.ReplaceAsync("docker.io/library/foo", new IndexDocument(), new IndexNotes { Format = "Oci" });
        Directory.CreateDirectory(_folder["manifests/foo"]);
        foreach (var file in new[] { "index.json", "oci-layout" })
        {
            File.Copy(_folder[$"manifests/docker.io_library_foo/{file}"], _folder[$"manifests/foo/{file}"]);
        }

        Assert.Equal((null, "Oci"), (Local.Find("foo")!.Notes.Format, Local.Find("docker.io/library/foo")!.Notes.Format));
    }
}
