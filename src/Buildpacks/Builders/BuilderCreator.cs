using System.Text.Json;
using Buildpacks.Configuration;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builders;

/// <summary>
/// Makes builders: a build image of the engine's store with a lifecycle, buildpacks and an order on top. Only the new layers are
/// sent to the engine; the build image's stay where they are.
/// </summary>
/// <param name="engine">The engine that holds the build image and gets the builder.</param>
/// <param name="logger">Is told what is done, and what is odd.</param>
internal sealed class BuilderCreator(IEngine engine, ILogger logger)
{
    /// <summary>Downloads files; <see langword="null"/> for the user's.</summary>
    public Downloader? Downloader { get; init; }

    /// <summary>How registries are reached. Read when an image of a registry is named.</summary>
    public Func<RegistryOptions> Registries { get; init; } = () => RegistryOptions.OfUser(EngineEnvironment.Current());

    /// <summary>Makes a builder.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="progress">Told the bytes sent to the engine so far; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the work; the engine then has nothing new.</param>
    /// <returns>The builder, as the engine holds it.</returns>
    /// <exception cref="PackException">Something the builder is made of is missing or does not fit, or the engine failed.</exception>
    public async Task<BuilderImage> CreateAsync(BuilderRequest request, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var names = NamesOf(request);
        var descriptor = BuilderDescriptorReader.Read(request.ConfigPath);
        foreach (var warning in descriptor.Warnings)
        {
            logger.LogWarning("{Warning}", warning);
        }

        var bases = await BaseImages.FindAsync(engine, logger, descriptor, names, cancellationToken).ConfigureAwait(false);
        var layers = new List<LayerFile>();
        try
        {
            var image = await AssembleAsync(request, descriptor, bases, layers, names, cancellationToken).ConfigureAwait(false);
            if (bases.Named.GetValueOrDefault(names[0]) is not { } existing || !IsThat(existing, image))
            {
                return await LoadAsync(image, layers, bases, progress, cancellationToken).ConfigureAwait(false);
            }

            logger.LogInformation("{Name} is already up to date.", names[0]);
            await TagAsync(existing, bases, names, cancellationToken).ConfigureAwait(false);
            return BuilderImage.Read(names[0], existing);
        }
        finally
        {
            foreach (var layer in layers)
            {
                await layer.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<ArchiveImage> AssembleAsync(
        BuilderRequest request, BuilderDescriptor descriptor, BaseImages bases, List<LayerFile> layers, IReadOnlyList<string> names,
        CancellationToken cancellationToken)
    {
        layers.Add(await BuilderLayers.FoldersAsync(bases.User, cancellationToken).ConfigureAwait(false));
        var (lifecycle, lifecycleLayer) = await LifecycleArchive.ReadAsync(LifecyclePathOf(request, descriptor), cancellationToken).ConfigureAwait(false);
        layers.Add(lifecycleLayer);

        var modules = new ModuleCollection(logger);
        try
        {
            using var images = new PackageImages(engine, PackageSearch.EngineFirst, () => new RegistryClient(Registries() with { Logger = logger }), logger);
            var sources = new ModuleSources(logger) { Downloader = Downloader ?? Downloader.OfUser(logger), Images = images, Index = () => RegistryIndex.OfUser(logger), Layers = LayerCache.OfPackages() };
            var image = bases.BuildImage.Config;
            var reader = new BuilderModules(descriptor.Path, sources, new OciPlatform(image.Architecture, image.Os, image.Variant), modules);
            await reader.AddAsync(descriptor.Buildpacks, ModuleKind.Buildpack, cancellationToken).ConfigureAwait(false);
            await reader.AddAsync(descriptor.Extensions, ModuleKind.Extension, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            layers.AddRange(modules.Layers);
        }

        CheckModules(modules.Modules, lifecycle, bases.BuildImage);
        var order = new BuilderOrder(descriptor.Path, [.. modules.Modules.Select(module => module.Descriptor)]);
        order.CheckComposites();
        layers.Add(await BuilderLayers.FilesAsync(descriptor, order, cancellationToken).ConfigureAwait(false));

        var history = await RunImageFacts.HistoryAsync(engine, bases.BuildImage, cancellationToken).ConfigureAwait(false);
        var config = BuilderConfig.Create(bases.BuildImage, history, descriptor, lifecycle, modules.Modules, layers);
        var held = bases.BuildImage.Config.Rootfs.DiffIds.Select(ArchiveLayer.HeldBy);
        return new ArchiveImage(config, [.. held, .. layers.Select(layer => layer.ToArchiveLayer())], names);
    }

    private void CheckModules(IReadOnlyList<BuilderModule> modules, LifecycleDescriptor lifecycle, ImageDetail buildImage)
    {
        var compatibility = new ModuleCompatibility(lifecycle, buildImage);
        foreach (var module in modules.Select(module => module.Descriptor))
        {
            compatibility.Check(module);
            if (compatibility.IsDeprecated(module))
            {
                logger.LogWarning("{Buildpack} uses buildpack API {Api}, which is deprecated in the lifecycle.", module.FullName, module.Api);
            }
        }
    }

    private Task<BuilderImage> LoadAsync(
        ArchiveImage image, List<LayerFile> layers, BaseImages bases, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var holders = bases.Named.ToDictionary(named => named.Key, named => named.Value.Id);
        return new ImageLoader(engine, logger).LoadOrUndoAsync(WriteAsync, [bases.BuildImage.Id], holders, progress, ReadAsync, cancellationToken);

        async Task<ArchiveImage> WriteAsync(ImageArchiveWriter writer, CancellationToken cancellation)
        {
            foreach (var layer in layers)
            {
                await layer.WriteToAsync(writer, cancellation).ConfigureAwait(false);
            }

            return image;
        }

        async Task<BuilderImage> ReadAsync(LoadedImage loaded)
        {
            logger.LogDebug("Sent {Bytes} bytes for {Layers} layers; loaded without the layers of the build image: {Sparse}.", loaded.Bytes, layers.Count, loaded.Sparse);
            var name = image.Names[0];
            var made = await engine.Images.InspectAsync([name], cancellationToken).ConfigureAwait(false);
            return made.TryGetValue(name, out var detail)
                ? BuilderImage.Read(name, detail)
                : throw new PackException(PackErrorIds.BuilderNotFound, PackErrorKind.Failed, $"The engine loaded the builder '{name}' but cannot find it.")
                {
                    Target = name,
                    RecommendedAction = "Create the builder again: another process may have removed it.",
                };
        }
    }

    /// <summary>
    /// Whether the engine has the builder. Which manifest containerd's store would have for it is not known before its layers have
    /// the names that they have there, and docker reads all of an image to tell those.
    /// </summary>
    private static bool IsThat(ImageDetail existing, ArchiveImage image) =>
        existing.Id == image.ConfigDigest
        || (existing.IsKnownByManifest
            && JsonSerializer.Deserialize(image.Config.Span, OciJson.Default.OciImageConfig) is { } config && SameImage.Is(existing.Config, config));

    /// <summary>Gives a builder that is there already the names that it does not have.</summary>
    private async Task TagAsync(ImageDetail builder, BaseImages bases, List<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names.Where(name => bases.Named.GetValueOrDefault(name)?.Id != builder.Id))
        {
            await engine.Images.TagAsync(names[0], name, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<string> NamesOf(BuilderRequest request)
    {
        if (!ImageReference.TryParse(request.ImageName, out var image, out var problem) || image.Tag is null)
        {
            throw new PackException(
                PackErrorIds.ImageNameInvalid, PackErrorKind.InvalidInput, $"The builder cannot be named '{request.ImageName}': {problem ?? "a digest cannot be chosen"}.")
            {
                Target = request.ImageName,
                RecommendedAction = ImageNames.NextStep,
            };
        }

        ImageNames.Check(image);
        return [image.ToString(), .. TagNames.Parse(image, request.Tags, logger).Select(name => name.ToString())];
    }

    private static string LifecyclePathOf(BuilderRequest request, BuilderDescriptor descriptor)
    {
        if (request.LifecyclePath is { } path)
        {
            return File.Exists(path) ? path : throw LifecycleArchive.NotFound(path, "Check -LifecyclePath; it must be a lifecycle archive, a .tgz or .tar file.");
        }

        if (descriptor.LifecycleUri is { } uri)
        {
            return ModuleLocator.PathOf(uri, Path.GetDirectoryName(Path.GetFullPath(descriptor.Path))!) ?? throw Unsupported($"names the lifecycle '{uri}'");
        }

        throw Unsupported(descriptor.LifecycleVersion is { } version ? $"names the lifecycle's version {version}" : "does not name a lifecycle");

        PackException Unsupported(string problem) =>
            new(PackErrorIds.LifecycleDownloadUnsupported, PackErrorKind.Unsupported, $"{descriptor.Path} {problem}; lifecycles are not downloaded.")
            {
                Target = descriptor.Path,
                RecommendedAction = "Download the lifecycle's archive (lifecycle-vX.Y.Z+linux.x86-64.tgz) and name it in builder.toml: [lifecycle] uri = \"PATH\".",
            };
    }
}
