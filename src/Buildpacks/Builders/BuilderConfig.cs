using System.Globalization;
using System.Text.Json;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Builders;

/// <summary>Makes a builder's config: the build image's, with the builder's layers, labels and working directory.</summary>
internal static class BuilderConfig
{
    private const string WorkingDirectory = "/layers";

    /// <summary>The config's bytes.</summary>
    /// <param name="buildImage">The build image.</param>
    /// <param name="history">A step for each layer of the build image; <see langword="null"/> for none.</param>
    /// <param name="descriptor">What the builder is made of.</param>
    /// <param name="lifecycle">Its lifecycle.</param>
    /// <param name="modules">Its buildpacks and image extensions.</param>
    /// <param name="layers">The layers added to the build image, in their order.</param>
    public static byte[] Create(
        ImageDetail buildImage, IReadOnlyList<OciHistory>? history, BuilderDescriptor descriptor, LifecycleDescriptor lifecycle,
        IReadOnlyList<BuilderModule> modules, IReadOnlyList<LayerFile> layers)
    {
        var image = buildImage.Config;
        var created = TarWriterExtensions.FixedTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in image.Config?.Labels ?? new Dictionary<string, string>())
        {
            labels[name] = value;
        }

        AddLabels(labels, descriptor, lifecycle, modules);
        var config = image with
        {
            Created = created,
            Config = (image.Config ?? new OciContainerConfig()) with { Labels = labels, WorkingDir = WorkingDirectory },
            Rootfs = new OciRootFs { DiffIds = [.. image.Rootfs.DiffIds, .. layers.Select(layer => layer.DiffId)] },
            History = [.. BaseHistory(image, history, created), .. layers.Select(layer => new OciHistory { Created = created, CreatedBy = layer.CreatedBy })],
        };
        return JsonSerializer.SerializeToUtf8Bytes(config, OciJson.Default.OciImageConfig);
    }

    private static void AddLabels(
        SortedDictionary<string, string> labels, BuilderDescriptor descriptor, LifecycleDescriptor lifecycle, IReadOnlyList<BuilderModule> modules)
    {
        var metadata = new BuilderMetadata
        {
            Description = descriptor.Description,
            Buildpacks = [.. InfosOf(modules, ModuleKind.Buildpack)],
            Extensions = [.. InfosOf(modules, ModuleKind.Extension)],
            Stack = new StackMetadata { RunImage = descriptor.RunImages[0] },
            Lifecycle = lifecycle,
            CreatedBy = new CreatorMetadata { Name = "Buildpacks", Version = Version },
            Images = descriptor.RunImages,
        };
        labels[BuilderLabels.Metadata] = JsonSerializer.Serialize(metadata, BuilderJson.Default.BuilderMetadata);
        labels[BuilderLabels.BuildpackLayers] = JsonSerializer.Serialize(LayersOf(modules, ModuleKind.Buildpack), BuilderJson.Default.ModuleLayers);
        labels[BuilderLabels.Order] = JsonSerializer.Serialize(descriptor.Order, BuilderJson.Default.Order);
        labels[BuilderLabels.ExtensionLayers] = JsonSerializer.Serialize(LayersOf(modules, ModuleKind.Extension), BuilderJson.Default.ModuleLayers);
        labels[BuilderLabels.OrderExtensions] = JsonSerializer.Serialize(descriptor.OrderExtensions, BuilderJson.Default.Order);
        labels.Remove(BuilderLabels.System);
        if (descriptor.System.Pre.Buildpacks.Count + descriptor.System.Post.Buildpacks.Count > 0)
        {
            labels[BuilderLabels.System] = JsonSerializer.Serialize(descriptor.System, BuilderJson.Default.SystemOrder);
        }
    }

    private static string Version { get; } = typeof(BuilderConfig).Assembly.GetName().Version?.ToString(3) ?? "";

    private static IEnumerable<ModuleInfo> InfosOf(IEnumerable<BuilderModule> modules, ModuleKind kind) =>
        modules.Select(module => module.Descriptor).Where(descriptor => descriptor.Kind == kind).Select(descriptor => descriptor.Info);

    private static SortedDictionary<string, IReadOnlyDictionary<string, ModuleLayer>> LayersOf(IEnumerable<BuilderModule> modules, ModuleKind kind)
    {
        var layers = new SortedDictionary<string, IReadOnlyDictionary<string, ModuleLayer>>(StringComparer.Ordinal);
        foreach (var versions in modules.Where(module => module.Descriptor.Kind == kind).GroupBy(module => module.Descriptor.Info.Id, StringComparer.Ordinal))
        {
            layers[versions.Key] = new SortedDictionary<string, ModuleLayer>(
                versions.ToDictionary(module => module.Descriptor.Info.Version, LayerOf), StringComparer.Ordinal);
        }

        return layers;
    }

    private static ModuleLayer LayerOf(BuilderModule module) => new()
    {
        Api = module.Descriptor.Api,
        Stacks = NullIfEmpty(module.Descriptor.Stacks),
        Targets = NullIfEmpty(module.Descriptor.Targets),
        Order = NullIfEmpty(module.Descriptor.Order),
        LayerDiffId = module.Layer.DiffId,
        Homepage = module.Descriptor.Info.Homepage,
        Name = module.Descriptor.Info.Name,
    };

    private static IReadOnlyList<T>? NullIfEmpty<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : list;

    /// <summary>A step for each layer of the build image. Engines refuse an image whose history does not speak of every layer.</summary>
    private static IEnumerable<OciHistory> BaseHistory(OciImageConfig image, IReadOnlyList<OciHistory>? history, string created) =>
        history is null
            ? image.Rootfs.DiffIds.Select(_ => new OciHistory { Created = created })
            : history.Select(step => step with { Created = created });
}
