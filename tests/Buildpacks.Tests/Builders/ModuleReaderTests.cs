using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Modules;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Tests.Builders;

public sealed class ModuleReaderTests : IDisposable
{
    private const string Toml = "api = \"0.10\"\n[buildpack]\nid = \"samples/web\"\nversion = \"1.0.0\"\n";

    private readonly TestFolder _folder = new("module");

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public async Task A_folder_and_its_archive_give_the_same_layer()
    {
        _folder.File("web/buildpack.toml", Toml);
        _folder.File("web/bin/detect", "#!/bin/sh\n");
        _folder.File("web/bin/build", "#!/bin/sh\nexit 0\n");
        _folder.File("web/lib/tool", "tool");
        _folder.File("web/lib/data.txt", "data");
        Chmod("0700", "web/lib/tool");
        Chmod("0600", "web/lib/data.txt", "web/bin/detect", "web/bin/build");
        File.CreateSymbolicLink(_folder["web/lib/link"], "../bin/build");
        Directory.CreateDirectory(_folder["web/lib/empty"]);
        ToolRun.Run("tar", ["-C", _folder["web"], "-czf", _folder["web.tgz"], "--sort=name", "."]).Checked();

        await using var fromFolder = await ModuleReader.ReadAsync(new FolderContent(_folder["web"]), ModuleKind.Buildpack, CancellationToken.None);
        await using var fromArchive = await ModuleReader.ReadAsync(
            ArchiveContent.OfFile(_folder["web.tgz"], "BuildpackArchiveInvalid"), ModuleKind.Buildpack, CancellationToken.None);

        Assert.Equal("samples/web@1.0.0", fromFolder.Descriptor.FullName);
        Assert.Equal(
            [
                "Directory 755 0:0 cnb/buildpacks/samples_web/",
                "Directory 755 0:0 cnb/buildpacks/samples_web/1.0.0/",
                "Directory 755 0:0 cnb/buildpacks/samples_web/1.0.0/bin/",
                "RegularFile 755 0:0 cnb/buildpacks/samples_web/1.0.0/bin/build #!/bin/sh\nexit 0",
                "RegularFile 755 0:0 cnb/buildpacks/samples_web/1.0.0/bin/detect #!/bin/sh",
                "RegularFile 644 0:0 cnb/buildpacks/samples_web/1.0.0/buildpack.toml " + Toml.TrimEnd(),
                "Directory 755 0:0 cnb/buildpacks/samples_web/1.0.0/lib/",
                "RegularFile 644 0:0 cnb/buildpacks/samples_web/1.0.0/lib/data.txt data",
                "Directory 755 0:0 cnb/buildpacks/samples_web/1.0.0/lib/empty/",
                "SymbolicLink 755 0:0 cnb/buildpacks/samples_web/1.0.0/lib/link ../bin/build",
                "RegularFile 755 0:0 cnb/buildpacks/samples_web/1.0.0/lib/tool tool",
            ],
            TarFile.Describe(await BytesAsync(fromFolder.Layer)));
        Assert.Equal(fromFolder.Layer.DiffId, fromArchive.Layer.DiffId);
    }

    [Fact]
    public async Task Hard_links_stay_links_also_that_to_the_descriptor()
    {
        // The descriptor is a link to a file that comes before it.
        _folder.File("web/a.toml", Toml);
        _folder.File("web/bin/build", new string('x', 50_000));
        Chmod("0755", "web/bin/build");
        foreach (var (file, link) in new[] { ("a.toml", "buildpack.toml"), ("bin/build", "bin/detect"), ("bin/build", "lib") })
        {
            ToolRun.Run("ln", [_folder["web/" + file], _folder["web/" + link]]).Checked();
        }

        ToolRun.Run("tar", ["-C", _folder["web"], "-cf", _folder["web.tar"], "--sort=name", "."]).Checked();

        await using var fromFolder = await ModuleReader.ReadAsync(new FolderContent(_folder["web"]), ModuleKind.Buildpack, CancellationToken.None);
        await using var fromArchive = await ModuleReader.ReadAsync(
            ArchiveContent.OfFile(_folder["web.tar"], "BuildpackArchiveInvalid"), ModuleKind.Buildpack, CancellationToken.None);

        const string root = "cnb/buildpacks/samples_web/1.0.0/";
        Assert.Equal("samples/web@1.0.0", fromFolder.Descriptor.FullName);
        Assert.Equal(
            [
                $"HardLink 755 0:0 {root}bin/detect {root}bin/build", $"HardLink 644 0:0 {root}buildpack.toml {root}a.toml", $"HardLink 755 0:0 {root}lib {root}bin/build",
            ],
            TarFile.Describe(await BytesAsync(fromFolder.Layer)).Where(line => line.StartsWith("HardLink", StringComparison.Ordinal)));
        Assert.InRange(fromFolder.Layer.Length, 50_000, 70_000);
        Assert.Equal(fromFolder.Layer.DiffId, fromArchive.Layer.DiffId);
    }

    [Fact]
    public async Task A_later_change_of_times_and_owners_does_not_change_the_layer()
    {
        _folder.File("web/buildpack.toml", Toml);
        _folder.File("web/bin/detect", "");
        _folder.File("web/bin/build", "");
        await using var first = await ModuleReader.ReadAsync(new FolderContent(_folder["web"]), ModuleKind.Buildpack, CancellationToken.None);
        File.SetLastWriteTimeUtc(_folder["web/buildpack.toml"], DateTime.UnixEpoch);

        await using var second = await ModuleReader.ReadAsync(new FolderContent(_folder["web"]), ModuleKind.Buildpack, CancellationToken.None);

        Assert.Equal(first.Layer.DiffId, second.Layer.DiffId);
    }

    [UnixTheory]
    [InlineData("bin/detect bin/build", "BuildpackInvalid", "no buildpack.toml at its root")]
    [InlineData("buildpack.toml bin/build", "BuildpackInvalid", "no bin/detect")]
    [InlineData("buildpack.toml bin/detect", "BuildpackInvalid", "no bin/build")]
    public async Task What_is_missing_is_named(string files, string id, string expected)
    {
        _folder.Folder("web");
        foreach (var file in files.Split(' '))
        {
            _folder.File("web/" + file, file == "buildpack.toml" ? Toml : "#!/bin/sh\n");
        }

        var failure = await Assert.ThrowsAsync<PackException>(
            () => ModuleReader.ReadAsync(new FolderContent(_folder["web"]), ModuleKind.Buildpack, CancellationToken.None));

        Assert.Equal(id, failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains(_folder["web"], failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.RecommendedAction!);
    }

    [UnixTheory]
    [InlineData("/etc/passwd")]
    [InlineData("../../outside")]
    public async Task A_link_that_leads_out_of_a_folder_is_refused(string target)
    {
        _folder.File("web/buildpack.toml", Toml);
        File.CreateSymbolicLink(_folder["web/link"], target);

        var failure = await Assert.ThrowsAsync<PackException>(
            () => ModuleReader.ReadAsync(new FolderContent(_folder["web"]), ModuleKind.Buildpack, CancellationToken.None));

        Assert.Equal("BuildpackFolderInvalid", failure.ErrorId);
        Assert.NotEmpty(failure.RecommendedAction!);
        Assert.Contains($"'link' points outside, to '{target}'", failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_pipe_in_a_folder_is_refused_without_opening_it()
    {
        _folder.File("web/buildpack.toml", Toml);
        ToolRun.Run("mkfifo", [_folder["web/pipe"]]).Checked();

        var failure = await Assert.ThrowsAsync<PackException>(
            () => ModuleReader.ReadAsync(new FolderContent(_folder["web"]), ModuleKind.Buildpack, CancellationToken.None));

        Assert.Contains("'pipe' is not a file, a folder or a link", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_ends_early_is_damaged()
    {
        var whole = new TarFile().Text("buildpack.toml", Toml).Text("bin/detect", "").Text("bin/build", "").Bytes("big", new byte[300_000]).ToBytes();
        await File.WriteAllBytesAsync(_folder["web.tar"], whole[..200_000]);

        var failure = await Assert.ThrowsAsync<PackException>(() => ModuleReader.ReadAsync(
            ArchiveContent.OfFile(_folder["web.tar"], "BuildpackArchiveInvalid"), ModuleKind.Buildpack, CancellationToken.None));

        Assert.Equal("BuildpackArchiveInvalid", failure.ErrorId);
    }

    private void Chmod(string mode, params string[] files) => ToolRun.Run("chmod", [mode, .. files.Select(file => _folder[file])]).Checked();

    internal static async Task<byte[]> BytesAsync(LayerFile layer)
    {
        using var stream = new MemoryStream();
        await using (var writer = new ImageArchiveWriter(stream, ArchiveForm.Oci))
        {
            await layer.WriteToAsync(writer, CancellationToken.None);
        }

        stream.Position = 0;
        using var tar = new System.Formats.Tar.TarReader(stream);
        using var blob = new MemoryStream();
        await tar.GetNextEntry()!.DataStream!.CopyToAsync(blob);
        return blob.ToArray();
    }
}
