using System.Formats.Tar;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Layers;

public sealed class DirectoryLayerTests : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.SetUser;

    private static readonly Owner Builder = new(1234, 4321);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Entries_carry_whole_paths_fixed_times_and_one_owner()
    {
        folder.File("layer/b.txt", "two");
        File.SetUnixFileMode(folder.File("layer/a/run", "one"), Executable);
        folder.Folder("layer/empty");
        File.CreateSymbolicLink(folder["layer/link"], "../elsewhere");

        var entries = TarEntries.Of(Layer());

        var own = entries.Where(entry => entry.Name.StartsWith(folder["layer"], StringComparison.Ordinal)).ToList();
        Assert.Equal(["", "/a", "/a/run", "/b.txt", "/empty", "/link"], own.Select(entry => entry.Name[folder["layer"].Length..]));
        Assert.All(own, entry => Assert.Equal((1234, 4321), (entry.Uid, entry.Gid)));
        Assert.All(entries, entry => Assert.Equal(LayerArchive.FixedTime, entry.ModificationTime));
        Assert.Equal(Executable, own[2].Mode);
        Assert.Equal("one", own[2].Text());
        Assert.Equal((TarEntryType.SymbolicLink, "../elsewhere"), (own[5].EntryType, own[5].LinkName));
    }

    [Fact]
    public void Folders_above_keep_their_owners_and_modes()
    {
        folder.File("above/layer/file", "");
        File.SetUnixFileMode(folder["above"], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite | UnixFileMode.StickyBit);

        var entries = TarEntries.Of(DirectoryLayer.Of("id", folder["above/layer"], Builder, ""));

        var above = entries.Single(entry => entry.Name == folder["above"]);
        var status = FileStatus.Of(folder["above"]);
        Assert.Equal((status.Mode, status.Owner.Uid, status.Owner.Gid), (above.Mode, above.Uid, above.Gid));
        Assert.Equal("/tmp", entries[0].Name);
    }

    [Fact]
    public void The_same_files_made_at_another_time_and_in_another_order_give_the_same_bytes()
    {
        folder.File("layer/a", "1");
        folder.File("layer/z/b", "2");
        var first = LayerHasher.DiffId(Layer());
        Directory.Delete(folder["layer"], recursive: true);
        folder.File("layer/z/b", "2");
        folder.File("layer/a", "1");
        File.SetLastWriteTimeUtc(folder["layer/a"], DateTime.UnixEpoch);

        Assert.Equal(first, LayerHasher.DiffId(Layer()));
    }

    [Theory]
    [InlineData("content")]
    [InlineData("mode")]
    [InlineData("name")]
    [InlineData("link")]
    public void What_changes_a_layer_changes_its_diff_id(string change)
    {
        folder.File("layer/a", "1");
        File.CreateSymbolicLink(folder["layer/link"], "a");
        var first = LayerHasher.DiffId(Layer());
        switch (change)
        {
            case "content":
                File.WriteAllText(folder["layer/a"], "2");
                break;
            case "mode":
                File.SetUnixFileMode(folder["layer/a"], Executable);
                break;
            case "name":
                File.Move(folder["layer/a"], folder["layer/b"]);
                break;
            default:
                File.Delete(folder["layer/link"]);
                File.CreateSymbolicLink(folder["layer/link"], "b");
                break;
        }

        Assert.NotEqual(first, LayerHasher.DiffId(Layer()));
    }

    [Fact]
    public void Long_and_foreign_names_survive_in_any_number_of_layers()
    {
        var deep = string.Join('/', Enumerable.Repeat("a-folder-with-a-long-name-ünd-ümläuts", 9));
        folder.File($"layer/{deep}/{new string('x', 240)}", "deep");
        folder.File("layer/with\nnewline", "n");
        File.CreateSymbolicLink(folder["layer/far"], "/" + new string('y', 300));

        var entries = TarEntries.Of(Layer());

        Assert.Contains(entries, entry => entry.Name == folder[$"layer/{deep}/{new string('x', 240)}"] && entry.Text() == "deep");
        Assert.Contains(entries, entry => entry.Name == folder["layer/with\nnewline"]);
        Assert.Contains(entries, entry => entry.LinkName == "/" + new string('y', 300));
    }

    [Fact]
    public void A_socket_is_left_out()
    {
        folder.Folder("layer");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(folder["layer/s"]));

        Assert.DoesNotContain(TarEntries.Of(Layer()), entry => entry.Name.EndsWith("/s", StringComparison.Ordinal));
    }

    [Fact]
    public void Tar_itself_reads_what_is_written()
    {
        folder.File("layer/" + new string('n', 150), "content");
        var path = folder["layer.tar"];
        LayerHasher.WriteFile(Layer(), path);
        var target = folder.Folder("target");

        using var tar = System.Diagnostics.Process.Start("tar", ["-xf", path, "-C", target, "--no-same-owner"]);
        tar.WaitForExit();

        Assert.Equal(0, tar.ExitCode);
        Assert.Equal("content", File.ReadAllText(target + folder[$"layer/{new string('n', 150)}"]));
    }

    private LayerSource Layer() => DirectoryLayer.Of("id", folder["layer"], Builder, "created by");
}
