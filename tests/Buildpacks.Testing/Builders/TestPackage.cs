using System.Text.Json;
using Buildpacks.Descriptors;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Testing.Builders;

/// <summary>Writes packaged buildpacks as pack does: an OCI layout in a tar, a layer for each buildpack, labels that name them.</summary>
public static class TestPackage
{
    /// <summary>Writes a package.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folders">The folders of the buildpacks, the main one first.</param>
    public static async Task<string> WriteAsync(string path, params string[] folders)
    {
        var modules = new List<BuilderModule>();
        foreach (var folder in folders)
        {
            modules.Add(await ModuleReader.ReadAsync(new FolderContent(folder), ModuleKind.Buildpack, CancellationToken.None));
        }

        var (config, layers) = (ConfigOf(modules), new List<ArchiveLayer>());
        await using var file = File.Create(path);
        await using var writer = new ImageArchiveWriter(file, ArchiveForm.Oci);
        foreach (var module in modules)
        {
            layers.Add(await module.Layer.WriteToAsync(writer, CancellationToken.None));
            await module.DisposeAsync();
        }

        await writer.CompleteAsync(new ArchiveImage(config, layers, ["package"]), CancellationToken.None);
        return path;
    }

    private static byte[] ConfigOf(List<BuilderModule> modules)
    {
        var main = modules[0].Descriptor.Info;
        var labels = new Dictionary<string, string>
        {
            ["io.buildpacks.buildpackage.metadata"] = $$"""{"id":"{{main.Id}}","version":"{{main.Version}}","stacks":null}""",
            ["io.buildpacks.buildpack.layers"] = $"{{{string.Join(',', modules.Select(Entry))}}}",
        };
        return JsonSerializer.SerializeToUtf8Bytes(
            new OciImageConfig
            {
                Os = "linux",
                Architecture = "amd64",
                Config = new OciContainerConfig { Labels = labels },
                Rootfs = new OciRootFs { DiffIds = [.. modules.Select(module => module.Layer.DiffId)] },
            },
            OciJson.Default.OciImageConfig);
    }

    private static string Entry(BuilderModule module) => $$"""
        "{{module.Descriptor.Info.Id}}": { "{{module.Descriptor.Info.Version}}": { "api": "{{module.Descriptor.Api}}", "layerDiffID": "{{module.Layer.DiffId}}" } }
        """;
}
