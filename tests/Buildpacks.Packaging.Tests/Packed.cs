using System.IO.Compression;
using System.Text.Json;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Packaging.Tests;

/// <summary>The package of this checkout's module, made once for all tests.</summary>
public sealed class Packed : IDisposable
{
    private readonly TestFolder _folder = new("package");

    public Packed() => NuPkg = ModulePackage.Make(Repository, _folder["made"]);

    public static string Repository => SampleFiles.Root;

    /// <summary>The .nupkg.</summary>
    public string NuPkg { get; }

    /// <summary>The folder that the package is in.</summary>
    public string Folder => _folder["made"];

    /// <summary>The module's folder.</summary>
    public string Module => Path.Combine(Folder, "Buildpacks", Manifest.BaseVersion);

    internal static ModuleManifest Manifest => ModuleManifest.Read(Path.Combine(Repository, "Buildpacks.psd1"));

    public void Dispose() => _folder.Dispose();

    /// <summary>Makes the package once more.</summary>
    public string MakeAgain(string name) => ModulePackage.Make(Repository, _folder[name]);

    /// <summary>The paths of the module's files.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(Module, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Module, file)).Order(StringComparer.Ordinal)];

    public byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Module, path));

    public string Text(string path) => File.ReadAllText(Path.Combine(Module, path));

    public JsonElement Sbom() => JsonDocument.Parse(Bytes("sbom.spdx.json")).RootElement;

    /// <summary>What the .nupkg holds.</summary>
    public IReadOnlyDictionary<string, byte[]> Entries()
    {
        using var archive = ZipFile.OpenRead(NuPkg);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var bytes = new MemoryStream();
            using var content = entry.Open();
            content.CopyTo(bytes);
            return bytes.ToArray();
        });
    }
}
