using System.Formats.Tar;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Layers;

public sealed class LauncherLayersTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_launcher_belongs_to_root_and_is_executable_wherever_it_came_from()
    {
        var entries = TarEntries.Of(LauncherLayers.Launcher(folder.File("my-launcher", "binary")));

        Assert.Equal(["/cnb", "/cnb/lifecycle", "/cnb/lifecycle/launcher"], entries.Select(entry => entry.Name));
        Assert.All(entries, entry => Assert.Equal((0, 0, "rwxr-xr-x"), (entry.Uid, entry.Gid, ModeText(entry.Mode))));
        Assert.Equal("binary", entries[2].Text());
    }

    [Fact]
    public void A_missing_launcher_is_named() =>
        Assert.Contains("/no/launcher", Assert.Throws<FileNotFoundException>(() => LauncherLayers.Launcher("/no/launcher")).Message, StringComparison.Ordinal);

    [Fact]
    public void Each_process_type_is_a_symlink_to_the_launcher()
    {
        var entries = TarEntries.Of(LauncherLayers.ProcessTypes(["web", "worker"]));

        Assert.Equal(["/cnb", "/cnb/process", "/cnb/process/web", "/cnb/process/worker"], entries.Select(entry => entry.Name));
        Assert.All(entries.Skip(2), entry => Assert.Equal((TarEntryType.SymbolicLink, "/cnb/lifecycle/launcher"), (entry.EntryType, entry.LinkName)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a|b")]
    public void A_type_that_can_be_no_file_name_is_refused(string type) =>
        Assert.Contains($"'{type}'", Assert.Throws<FormatException>(() => LauncherLayers.ProcessTypes([type])).Message, StringComparison.Ordinal);

    private static string ModeText(UnixFileMode mode) =>
        string.Concat("rwxrwxrwx".Select((letter, i) => ((int)mode & (256 >> i)) != 0 ? letter : '-'));
}
