using System.Formats.Tar;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Lifecycle.Tests.Layers;

public sealed class LayerExtractorTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_a_layer_comes_back_as_it_was()
    {
        folder.Script("layers/bp/layer/bin/run", "#!");
        folder.File("layers/bp/layer/" + new string('ü', 100), "long");
        folder.Folder("layers/bp/layer/empty");
        File.CreateSymbolicLink(folder["layers/bp/layer/link"], "bin/run");
        ToolRun.Run("mkfifo", [folder["layers/bp/layer/pipe"]]).Checked();
        File.SetUnixFileMode(folder["layers/bp/layer/bin"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var layer = DirectoryLayer.Of("id", folder["layers/bp/layer"], Owner.Root, "");
        var archive = folder["layer.tar"];
        var diffId = LayerHasher.WriteFile(layer, archive);
        File.SetUnixFileMode(folder["layers/bp/layer/bin"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder["layers/bp"], recursive: true);

        using (var stream = File.OpenRead(archive))
        {
            LayerExtractor.Extract(stream, folder["layers"]);
        }

        // The folder above was made anew; it is no part of what came back.
        File.SetUnixFileMode(folder["layers/bp"], FileStatus.Of(folder["layers"]).Mode);
        Assert.Equal(diffId, LayerHasher.DiffId(layer));
    }

    [Theory]
    [InlineData("/etc/evil")]
    [InlineData("layers/../../etc/evil")]
    [InlineData("{root}-beside/evil")]
    public void An_entry_outside_of_the_folder_is_refused_by_name(string name)
    {
        name = name.Replace("{root}", folder["layers"], StringComparison.Ordinal);

        var exception = Assert.Throws<InvalidDataException>(() => Extract(new GnuTarEntry(TarEntryType.RegularFile, name)));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symlink_in_the_archive_leads_no_later_entry_away()
    {
        var outside = folder.Folder("outside");

        Assert.Throws<InvalidDataException>(() => Extract(
            new GnuTarEntry(TarEntryType.SymbolicLink, folder["layers/door"]) { LinkName = outside },
            new GnuTarEntry(TarEntryType.RegularFile, folder["layers/door/evil"])));

        Assert.Empty(Directory.GetFiles(outside));
        Assert.Throws<InvalidDataException>(() => Extract(
            new GnuTarEntry(TarEntryType.SymbolicLink, folder["layers/door"]) { LinkName = outside },
            new GnuTarEntry(TarEntryType.Directory, folder["layers/door"])));
    }

    [Fact]
    public void What_is_there_already_gives_way()
    {
        folder.File("layers/file", "old");
        File.CreateSymbolicLink(folder["layers/link"], folder.File("outside", "outside"));

        Extract(
            new GnuTarEntry(TarEntryType.RegularFile, folder["layers/file"]) { DataStream = new MemoryStream("new"u8.ToArray()) },
            new GnuTarEntry(TarEntryType.RegularFile, folder["layers/link"]) { DataStream = new MemoryStream("new"u8.ToArray()) });

        Assert.Equal(("new", "new"), (File.ReadAllText(folder["layers/file"]), File.ReadAllText(folder["layers/link"])));
        Assert.Equal("outside", File.ReadAllText(folder["outside"]));
    }

    [Fact]
    public void A_hard_link_gives_a_file_a_second_name_but_none_outside()
    {
        Extract(
            new GnuTarEntry(TarEntryType.RegularFile, folder["layers/one"]) { DataStream = new MemoryStream("x"u8.ToArray()) },
            new GnuTarEntry(TarEntryType.HardLink, folder["layers/two"]) { LinkName = folder["layers/one"] });

        Assert.Equal("x", File.ReadAllText(folder["layers/two"]));
        Assert.Throws<InvalidDataException>(() => Extract(
            new GnuTarEntry(TarEntryType.HardLink, folder["layers/three"]) { LinkName = "/etc/passwd" }));
    }

    private void Extract(params TarEntry[] entries)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        stream.Position = 0;
        LayerExtractor.Extract(stream, folder.Folder("layers"));
    }
}
