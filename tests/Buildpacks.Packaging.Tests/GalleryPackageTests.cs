using System.Text;
using System.Xml.Linq;

namespace Buildpacks.Packaging.Tests;

public sealed class GalleryPackageTests(Packed packed) : IClassFixture<Packed>
{
    [Fact]
    public void It_holds_every_file_of_the_folder_and_what_a_nupkg_needs()
    {
        var entries = packed.Entries();

        Assert.Equal(
            packed.Files().Concat(["Buildpacks.nuspec", "[Content_Types].xml", "_rels/.rels"]).Order(StringComparer.Ordinal),
            entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(packed.Files(), file => Assert.Equal(packed.Bytes(file), entries[file]));
    }

    [Fact]
    public void The_nuspec_says_what_the_manifest_says()
    {
        var manifest = Packed.Manifest;

        var metadata = Xml("Buildpacks.nuspec").Descendants().ToLookup(element => element.Name.LocalName, element => element.Value);

        Assert.Equal(
            [manifest.Name, manifest.Version, manifest.Author, manifest.Description, manifest.Copyright],
            new[] { "id", "version", "authors", "description", "copyright" }.Select(name => metadata[name].Single()));
        var tags = metadata["tags"].Single().Split(' ');
        Assert.Contains("PSModule", tags);
        Assert.Equal(manifest.Cmdlets, tags.Where(tag => tag.StartsWith("PSCmdlet_", StringComparison.Ordinal)).Select(tag => tag["PSCmdlet_".Length..]));
        Assert.NotEmpty(manifest.Cmdlets);
    }

    [Fact]
    public void Every_part_has_a_type()
    {
        var types = Xml("[Content_Types].xml").Root!.Elements().ToList();
        var extensions = types.Attributes("Extension").Select(attribute => attribute.Value).ToHashSet();
        var names = types.Attributes("PartName").Select(attribute => attribute.Value).ToHashSet();

        Assert.All(packed.Entries().Keys.Where(path => path != "[Content_Types].xml"), path =>
            Assert.True(extensions.Contains(Path.GetExtension(path).TrimStart('.')) || names.Contains("/" + path), path));
    }

    [Fact]
    public void The_relationships_lead_to_the_nuspec() =>
        Assert.Equal("/Buildpacks.nuspec", Xml("_rels/.rels").Root!.Elements().Single().Attribute("Target")!.Value);

    [Fact]
    public void A_prerelease_is_one_in_the_nuspec_and_not_in_the_folders_name()
    {
        var manifest = Packed.Manifest with { Prerelease = "preview1" };

        Assert.Equal(Packed.Manifest.BaseVersion + "-preview1", manifest.Version);
        Assert.Equal(Packed.Manifest.BaseVersion, manifest.BaseVersion);
        Assert.Contains(manifest.Version, Gallery.Nuspec.Write(manifest).ToString(), StringComparison.Ordinal);
    }

    private XDocument Xml(string path) => XDocument.Parse(Encoding.UTF8.GetString(packed.Entries()[path]));
}
