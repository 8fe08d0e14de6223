using Buildpacks.Builders;
using Buildpacks.Descriptors;
using Tomlyn;
using Tomlyn.Model;

namespace Buildpacks.Tests.Builders;

public class BuilderFilesTests
{
    [Fact]
    public void The_order_is_written_as_a_lifecycle_reads_it()
    {
        var text = BuilderFiles.Order(
            [
                new OrderGroup { Group = [new OrderEntry { Id = "a/b", Version = "1", Optional = true }, new OrderEntry { Id = "c", Version = "2" }] },
                new OrderGroup { Group = [new OrderEntry { Id = "d", Version = "3" }] },
            ],
            [new OrderGroup { Group = [new OrderEntry { Id = "x", Version = "1" }] }]);

        var toml = TomlSerializer.Deserialize<TomlTable>(text)!;

        var groups = (TomlTableArray)toml["order"];
        Assert.Equal(2, groups.Count);
        var first = (TomlTableArray)groups[0]["group"];
        Assert.Equal(("a/b", "1", true), ((string)first[0]["id"], (string)first[0]["version"], (bool)first[0]["optional"]));
        Assert.False(first[1].ContainsKey("optional"));
        Assert.Equal("x", ((TomlTableArray)((TomlTableArray)toml["order-extensions"])[0]["group"])[0]["id"]);
    }

    [Fact]
    public void Run_images_are_written_with_any_character_in_their_names()
    {
        var odd = "a\"b\\c\nd\u0001é€";
        var toml = TomlSerializer.Deserialize<TomlTable>(BuilderFiles.Run([new RunImageNames { Image = odd, Mirrors = ["m1", "m2"] }, new RunImageNames { Image = "r" }]))!;

        var images = (TomlTableArray)toml["images"];
        Assert.Equal(odd, images[0]["image"]);
        Assert.Equal(["m1", "m2"], (TomlArray)images[0]["mirrors"]);
        Assert.Empty((TomlArray)images[1]["mirrors"]);
    }

    [Fact]
    public void The_default_run_image_is_written_for_older_platform_apis()
    {
        var toml = TomlSerializer.Deserialize<TomlTable>(BuilderFiles.Stack(new RunImageNames { Image = "r", Mirrors = ["m"] }))!;

        Assert.Equal("r", ((TomlTable)toml["run-image"])["image"]);
    }

    [Fact]
    public void Variables_become_files_with_suffixes_and_delimiters()
    {
        var files = BuilderFiles.BuildConfig(
        [
            new BuildVariable("A", "1"),
            new BuildVariable("PATH", "/x", BuildVariableSuffix.Append, ":"),
            new BuildVariable("PATH", "/y", BuildVariableSuffix.Prepend, ":"),
            new BuildVariable("B", "", BuildVariableSuffix.Default),
            new BuildVariable("C", "2", BuildVariableSuffix.Override),
        ]);

        Assert.Equal(
            [("A", "1"), ("B.default", ""), ("C.override", "2"), ("PATH.append", "/x"), ("PATH.delim", ":"), ("PATH.prepend", "/y")], files);
    }

    [Fact]
    public void System_buildpacks_are_written_only_when_there_are_some()
    {
        Assert.Empty(BuilderFiles.System(new SystemOrder()));
        var toml = TomlSerializer.Deserialize<TomlTable>(
            BuilderFiles.System(new SystemOrder { Pre = new() { Buildpacks = [new OrderEntry { Id = "a", Version = "1" }] } }))!;
        Assert.Equal("a", ((TomlTableArray)((TomlTable)((TomlTable)toml["system"])["pre"])["buildpacks"])[0]["id"]);
    }
}
