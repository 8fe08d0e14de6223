using System.IO.Compression;
using Buildpacks.Descriptors;
using Buildpacks.Modules;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Tests.Builders;

/// <summary>The same buildpack in all forms that a path can name.</summary>
public sealed class PathModulesTests : IDisposable
{
    private const string Toml = "api = \"0.10\"\n[buildpack]\nid = \"samples/web\"\nversion = \"1.0.0\"\n";

    private readonly TestFolder _folder = new("path-modules");

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public async Task Every_form_gives_the_same_layer()
    {
        WriteBuildpack();
        File.CreateSymbolicLink(_folder["web/lib/link"], "../bin/build");
        ToolRun.Run("tar", ["-C", _folder["web"], "-cf", _folder["web.tar"], "--sort=name", "."]).Checked();
        ToolRun.Run("tar", ["-C", _folder["web"], "-czf", _folder["web.tgz"], "--sort=name", "."]).Checked();
        Zip(_folder["web.zip"], ("lib/", "", 0x41ED), ("lib/link", "../bin/build", 0xA1FF), ("lib/tool", "tool", 0x81ED), ("bin/", "", 0x41ED),
            ("bin/detect", "#!/bin/sh\n", 0x81A4), ("bin/build", "#!/bin/sh\nexit 0\n", 0x81A4), ("buildpack.toml", Toml, 0x81A4));
        await TestPackage.WriteAsync(_folder["web.cnb"], _folder["web"]);
        Directory.CreateDirectory(_folder["layout"]);
        ToolRun.Run("tar", ["-C", _folder["layout"], "-xf", _folder["web.cnb"]]).Checked();

        var layers = new List<string>();
        foreach (var form in new[] { "web", "web.tar", "web.tgz", "web.zip", "web.cnb", "layout" })
        {
            await using var module = Assert.Single(await ReadAsync(form));
            Assert.Equal("samples/web@1.0.0", module.Descriptor.FullName);
            layers.Add(module.Layer.DiffId);
        }

        Assert.Single(layers.Distinct());
    }

    [UnixFact]
    public async Task A_zip_without_modes_runs_scripts_and_programs()
    {
        Zip(_folder["web.zip"], ("bin/detect", "x", 0), ("bin/build", "x", 0), ("lib/tool", "#!/bin/sh\n", 0), ("lib/data", "#", 0), ("bin/helper", "\u007FELF\u0002", 0), ("lib/empty", "", 0), ("buildpack.toml", Toml, 0));

        await using var module = Assert.Single(await ReadAsync("web.zip"));

        using var tar = new MemoryStream();
        await using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
        {
            await module.Layer.CopyToAsync(writer, CancellationToken.None);
        }

        Assert.Equal(
            ["755 bin/build", "755 bin/detect", "755 bin/helper", "644 buildpack.toml", "644 lib/data", "644 lib/empty", "755 lib/tool"],
            TarFile.Describe(tar.ToArray()).Select(line => line.Split(' ')).Where(parts => parts[0] == "RegularFile").Select(parts => $"{parts[1]} {parts[3].Split("1.0.0/")[1]}"));
    }

    [Theory]
    [InlineData("../outside", "x", 0x81A4, "points outside")]
    [InlineData("/absolute", "x", 0x81A4, "points outside")]
    [InlineData("..\\windows", "x", 0x81A4, "points outside")]
    [InlineData("link", "../../etc/passwd", 0xA1FF, "its link 'link' points outside, to '../../etc/passwd'")]
    [InlineData("link", "/etc/passwd", 0xA1FF, "points outside")]
    [InlineData("link", "", 0xA1FF, "has no valid target")]
    [InlineData("buildpack.toml", "x", 0x81A4, "occurs twice")]
    [InlineData("buildpack.toml/x", "x", 0x81A4, "goes through 'buildpack.toml', which is not a folder")]
    [InlineData("pipe", "", 0x1180, "is not a file, a folder or a link")]
    public async Task An_entry_of_a_zip_that_leads_elsewhere_is_refused(string name, string content, int mode, string problem)
    {
        Zip(_folder["bad.zip"], ("bin/detect", "", 0), ("bin/build", "", 0), ("buildpack.toml", Toml, 0), (name, content, mode));

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync("bad.zip"));

        Assert.Equal("BuildpackArchiveInvalid", failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_that_unpacks_to_more_than_it_states_is_refused()
    {
        Zip(_folder["bomb.zip"], ("bin/detect", "", 0), ("bin/build", new string('x', 100_000), 0), ("buildpack.toml", Toml, 0));
        var bytes = File.ReadAllBytes(_folder["bomb.zip"]);
        var size = BitConverter.GetBytes(100_000);
        for (var i = 0; i < bytes.Length - 4; i++)
        {
            if (bytes.AsSpan(i, 4).SequenceEqual(size))
            {
                BitConverter.GetBytes(0x7000_0000).CopyTo(bytes, i);
            }
        }

        File.WriteAllBytes(_folder["bomb.zip"], bytes);

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync("bomb.zip"));

        Assert.Equal("BuildpackArchiveInvalid", failure.ErrorId);
    }

    [Fact]
    public async Task A_damaged_zip_is_refused()
    {
        Zip(_folder["whole.zip"], ("bin/detect", "", 0), ("bin/build", "", 0), ("buildpack.toml", Toml, 0));
        File.WriteAllBytes(_folder["cut.zip"], File.ReadAllBytes(_folder["whole.zip"])[..100]);

        var failure = await Assert.ThrowsAsync<PackException>(() => ReadAsync("cut.zip"));

        Assert.Equal("BuildpackArchiveInvalid", failure.ErrorId);
        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<BuilderModule>> ReadAsync(string path) =>
        new PathModules(_folder[path]).ReadAsync(ModuleKind.Buildpack, CancellationToken.None);

    private void WriteBuildpack()
    {
        _folder.File("web/buildpack.toml", Toml);
        _folder.File("web/bin/detect", "#!/bin/sh\n");
        _folder.File("web/bin/build", "#!/bin/sh\nexit 0\n");
        _folder.Script("web/lib/tool", "tool");
    }

    private static void Zip(string path, params (string Name, string Content, int Mode)[] entries)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content, mode) in entries)
        {
            var entry = zip.CreateEntry(name);
            entry.ExternalAttributes = mode << 16;
            using var stream = entry.Open();
            stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
        }
    }
}
