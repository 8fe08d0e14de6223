using Buildpacks.Builders;
using Buildpacks.IO;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builders;

public sealed class LifecycleArchiveTests : IDisposable
{
    private const string Toml = "[lifecycle]\nversion = \"0.1.0\"\n[apis.buildpack]\nsupported = [\"0.10\"]\n[apis.platform]\nsupported = [\"0.12\"]\n";

    private static readonly string[] Programs = ["analyzer", "builder", "creator", "detector", "exporter", "restorer"];

    private readonly TestFolder _folder = new("lifecycle");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_programs_are_put_at_their_place_with_links_kept()
    {
        var tar = new TarFile().Text("lifecycle.toml", Toml).Folder("lifecycle/").Text("lifecycle/lifecycle", "elf", executable: true)
            .HardLink("lifecycle/launcher", "lifecycle/lifecycle").Text("LICENSE", "MIT").Text("lifecycle/docs/readme", "deeper");
        foreach (var program in Programs)
        {
            tar.Link("lifecycle/" + program, "lifecycle");
        }

        var (descriptor, layer) = await LifecycleArchive.ReadAsync(tar.SaveCompressed(_folder["lifecycle.tgz"]), CancellationToken.None);
        await using (layer)
        {
            Assert.Equal("0.1.0", descriptor.Version);
            var lines = TarFile.Describe(await ModuleReaderTests.BytesAsync(layer));
            Assert.Equal(
                [
                    "Directory 755 0:0 cnb/lifecycle/",
                    "RegularFile 755 0:0 cnb/lifecycle/lifecycle elf",
                    "HardLink 755 0:0 cnb/lifecycle/launcher cnb/lifecycle/lifecycle",
                    "SymbolicLink 755 0:0 cnb/lifecycle/analyzer lifecycle",
                ],
                lines.Take(4));
            Assert.Equal("SymbolicLink 755 0:0 lifecycle /cnb/lifecycle", lines[^1]);
            Assert.Equal(4 + 5 + 1, lines.Count);
        }
    }

    [Theory]
    [InlineData(true, "the program 'creator' occurs twice")]
    [InlineData(false, "its program 'other' is a link to 'lifecycle.toml', which is not a program")]
    public async Task Duplicate_programs_and_invalid_links_are_refused(bool twice, string expected)
    {
        var tar = new TarFile().Text("lifecycle.toml", Toml).Text("lifecycle/launcher", "elf");
        foreach (var program in Programs)
        {
            tar.Text("lifecycle/" + program, "elf");
        }

        tar = twice ? tar.Text("other/creator", "elf") : tar.HardLink("lifecycle/other", "lifecycle.toml");

        var failure = await Assert.ThrowsAsync<PackException>(() => LifecycleArchive.ReadAsync(tar.Save(_folder["lifecycle.tar"]), CancellationToken.None));

        Assert.Equal("LifecycleArchiveInvalid", failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "", "no lifecycle.toml at its root")]
    [InlineData("[lifecycle]\n", "", "'lifecycle.version' is missing")]
    [InlineData("[lifecycle\n", "", "lifecycle.toml: line 1")]
    [InlineData(Toml, "launcher", "no program 'launcher'")]
    [InlineData(Toml, "detector", "no program 'detector'")]
    public async Task What_is_missing_is_named(string? toml, string without, string expected)
    {
        var tar = new TarFile();
        if (toml is not null)
        {
            tar.Text("lifecycle.toml", toml);
        }

        foreach (var program in Programs.Append("launcher").Where(program => program != without))
        {
            tar.Text("lifecycle/" + program, "elf", executable: true);
        }

        var failure = await Assert.ThrowsAsync<PackException>(
            () => LifecycleArchive.ReadAsync(tar.Save(_folder["bad.tar"]), CancellationToken.None));

        Assert.Equal("LifecycleArchiveInvalid", failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("bad.tar", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_does_not_exist_is_named()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => LifecycleArchive.ReadAsync(_folder["none.tgz"], CancellationToken.None));

        Assert.Equal("LifecycleNotFound", failure.ErrorId);
        Assert.Contains(_folder["none.tgz"], failure.Message, StringComparison.Ordinal);
    }
}
