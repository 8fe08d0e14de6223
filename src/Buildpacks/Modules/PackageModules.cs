using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Modules;

/// <summary>The modules of a package, wherever its image is: labels of the image say which are in which layers.</summary>
/// <param name="name">Where the package is, as messages name it.</param>
/// <param name="config">The config of its image.</param>
/// <param name="invalid">Makes the failure of a package that is not what it should be.</param>
internal sealed class PackageModules(string name, OciImageConfig config, Func<string, Exception?, PackException> invalid)
{
    private const string MetadataLabel = "io.buildpacks.buildpackage.metadata";

    /// <summary>A package that is a file is read once for each.</summary>
    private const int MaximumModules = 250;

    /// <summary>The layers that the modules are in.</summary>
    public IReadOnlyCollection<string> LayersOf(ModuleKind kind) => Entries(kind).Select(entry => entry.DiffId).ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads the modules, the one that the package is named after first.</summary>
    /// <param name="kind">What they are.</param>
    /// <param name="openLayer">Opens a layer at its beginning, as a stream that can seek.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException">The package is not what it should be; the message says what is missing.</exception>
    public async Task<IReadOnlyList<BuilderModule>> ReadAsync(
        ModuleKind kind, Func<string, CancellationToken, Task<Stream>> openLayer, CancellationToken cancellationToken)
    {
        var main = ReadLabel(MetadataLabel, BuilderJson.Default.ModuleInfo);
        var modules = new List<BuilderModule>();
        try
        {
            foreach (var (id, version, diffId) in Entries(kind))
            {
                var folder = BuilderModule.FolderOf(new BuildpackDescriptor { Kind = kind, Api = "", Info = new ModuleInfo { Id = id, Version = version } });
                var content = new ArchiveContent($"{name} ({id}@{version})", cancellation => openLayer(diffId, cancellation), PackErrorIds.BuildpackArchiveInvalid, folder);
                modules.Add(await ModuleReader.ReadAsync(content, kind, cancellationToken).ConfigureAwait(false));
            }

            return modules.Exists(IsMain)
                ? [.. modules.OrderByDescending(IsMain).ThenBy(module => module.Descriptor.FullName, StringComparer.Ordinal)]
                : throw invalid($"it is the package of {main.Id}@{main.Version}, but does not contain it", null);
        }
        catch
        {
            foreach (var module in modules)
            {
                await module.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        bool IsMain(BuilderModule module) => module.Descriptor.Info.Id == main.Id && module.Descriptor.Info.Version == main.Version;
    }

    private List<(string Id, string Version, string DiffId)> Entries(ModuleKind kind)
    {
        var layers = ReadLabel(kind is ModuleKind.Buildpack ? BuilderLabels.BuildpackLayers : BuilderLabels.ExtensionLayers, BuilderJson.Default.ModuleLayers);
        var entries = layers.SelectMany(entry => entry.Value?.Select(of => (entry.Key, of.Key, Layer(of.Value?.LayerDiffId))) ?? []).Take(MaximumModules + 1).ToList();
        return entries.Count <= MaximumModules ? entries : throw invalid($"it contains more than {MaximumModules} modules", null);
    }

    private string Layer(string? diffId) => diffId is not null && config.Rootfs.DiffIds.Contains(diffId)
        ? diffId
        : throw invalid($"its labels name the layer {diffId}, which it does not contain", null);

    private T ReadLabel<T>(string label, JsonTypeInfo<T> type)
        where T : class
    {
        var json = config.Config?.Labels?.GetValueOrDefault(label);
        if (string.IsNullOrEmpty(json))
        {
            throw invalid($"it has no label {label}", null);
        }

        try
        {
            return StrictJson.Deserialize(Encoding.UTF8.GetBytes(json), type);
        }
        catch (JsonException exception)
        {
            throw invalid($"its label {label} is malformed at {exception.Path ?? "$"}: {exception.Message.TrimEnd('.')}", exception);
        }
    }
}
