using System.Security.Cryptography;

namespace Buildpacks.Packaging.Tests;

public sealed class ModulePackageTests(Packed packed) : IClassFixture<Packed>
{
    [Fact]
    public void The_folder_holds_the_module_its_help_and_its_papers()
    {
        var files = packed.Files();

        string[] expected = [.. Packed.Manifest.NamedFiles, "Buildpacks.psd1", "LICENSE", "THIRD-PARTY-NOTICES.txt", "SHA256SUMS", "sbom.spdx.json"];
        Assert.Empty(expected.Except(files));
        Assert.Equal(
            Directory.GetFiles(Path.Combine(Packed.Repository, "en-US")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            files.Where(file => file.StartsWith("en-US/", StringComparison.Ordinal)).Select(Path.GetFileName));
        Assert.DoesNotContain(files, file => file.EndsWith(".pdb", StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal) && file != "sbom.spdx.json");
    }

    [Fact]
    public void The_checksums_are_those_of_all_other_files()
    {
        var sums = packed.Text("SHA256SUMS").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  "));

        Assert.Equal(
            packed.Files().Where(file => file != "SHA256SUMS").Select(file => (Convert.ToHexStringLower(SHA256.HashData(packed.Bytes(file))), file)),
            sums.Select(sum => (sum[0], sum[1])));
    }

    [Fact]
    public void Made_again_it_has_the_same_bytes()
    {
        var again = packed.MakeAgain("again");

        Assert.Equal(Path.GetFileName(packed.NuPkg), Path.GetFileName(again));
        Assert.Equal(File.ReadAllBytes(packed.NuPkg), File.ReadAllBytes(again));
    }

    [Fact]
    public void No_file_names_the_folder_that_it_was_built_in()
    {
        // A Debug build's assemblies lead a debugger to their sources.
        var clean = packed.Files().Where(file => IsRelease || !file.EndsWith(".dll", StringComparison.Ordinal));

        Assert.All(clean, file => Assert.Equal(-1, packed.Bytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Packed.Repository + "/"))));
    }

    [Fact]
    public void A_file_that_the_manifest_names_and_that_is_not_there_is_named()
    {
        using var folder = new TestFolder("unbuilt");
        folder.File("Buildpacks.psd1", File.ReadAllText(Path.Combine(Packed.Repository, "Buildpacks.psd1")));
        folder.File("LICENSE", "");

        var problem = Assert.Throws<FormatException>(() => ModulePackage.Make(folder.Path, folder["made"]));

        Assert.Contains("lib/Buildpacks.PowerShell.dll", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["made"]));
    }

    [Fact]
    public void Another_version_than_the_assemblys_is_refused()
    {
        using var folder = new TestFolder("version");
        var manifest = File.ReadAllText(Path.Combine(Packed.Repository, "Buildpacks.psd1")).Replace($"'{Packed.Manifest.BaseVersion}'", "'99.1.0'", StringComparison.Ordinal);
        folder.File("Buildpacks.psd1", manifest);
        Directory.CreateSymbolicLink(folder["lib"], Path.Combine(Packed.Repository, "lib"));

        var problem = Assert.Throws<FormatException>(() => ModulePackage.Make(folder.Path, folder["made"]));

        Assert.Contains("99.1.0", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ ModuleVersion = '1.0.0' }", "Author")]
    [InlineData("'text'", "no hashtable")]
    [InlineData("@{", "no manifest")]
    public void A_manifest_that_says_too_little_is_refused(string text, string expected)
    {
        using var folder = new TestFolder("manifest");

        var problem = Assert.Throws<FormatException>(() => ModuleManifest.Read(folder.File("Buildpacks.psd1", text)));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    private static bool IsRelease => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal);
}
