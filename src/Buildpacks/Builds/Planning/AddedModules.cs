using Buildpacks.Builders;
using Buildpacks.Builds.Phases;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Planning;

/// <summary>
/// The buildpacks and image extensions of a build that its builder does not hold. They are read and checked before anything runs, and enter the container with
/// the app.
/// </summary>
/// <param name="sources">Opens the places where they are.</param>
/// <param name="logger">Is told what is read.</param>
internal sealed class AddedModules(ModuleSources sources, ILogger logger) : IAsyncDisposable
{
    private readonly ModuleCollection _modules = new(logger);

    /// <summary>The modules that were named, without those that these need.</summary>
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <summary>Says what stands in an order for a buildpack whose place is not opened; <see langword="null"/> to open it.</summary>
    public Func<ModuleLocator, OrderEntry?> Stand { get; init; } = _ => null;

    /// <summary>Finds the groups to try, and reads the buildpacks that the builder does not hold.</summary>
    /// <param name="selection">What the caller named.</param>
    /// <param name="builder">The builder.</param>
    /// <param name="platformApi">The platform API of the build.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException">
    /// <c>BuildpackNotFound</c>, <c>BuildpackAmbiguous</c>, <c>BuildpackInvalid</c>, <c>BuildpackSourceUnsupported</c>,
    /// <c>BuildpackFolderInvalid</c>, <c>BuildpackArchiveInvalid</c>, <c>BuildpackTomlInvalid</c>, <c>PackageTomlInvalid</c>,
    /// <c>BuildpackApiIncompatible</c>, <c>BuildpackStackIncompatible</c>, <c>BuildpackTargetIncompatible</c>.
    /// </exception>
    public async Task<IReadOnlyList<OrderGroup>> ResolveAsync(
        BuildpackSelection selection, BuilderImage builder, ApiVersion platformApi, CancellationToken cancellationToken)
    {
        var held = new HeldModules(builder, ModuleKind.Buildpack);
        var order = await selection.ResolveAsync(builder, locator => FindAsync(locator, held, PlatformOf(builder), cancellationToken)).ConfigureAwait(false);
        Check(builder, platformApi);
        return order;
    }

    /// <summary>Finds the group of image extensions to try, and reads those that the builder does not hold.</summary>
    /// <param name="locators">What the caller named.</param>
    /// <param name="builder">The builder.</param>
    /// <param name="platformApi">The platform API of the build.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException">As of <see cref="ResolveAsync"/>.</exception>
    public async Task<IReadOnlyList<OrderGroup>> ResolveExtensionsAsync(
        IReadOnlyList<ModuleLocator> locators, BuilderImage builder, ApiVersion platformApi, CancellationToken cancellationToken)
    {
        var held = new HeldModules(builder, ModuleKind.Extension);
        var entries = new List<OrderEntry>();
        foreach (var locator in locators)
        {
            // pack puts one after the other before all that is there, so the last one comes first.
            entries.Insert(0, await FindAsync(locator, held, PlatformOf(builder), cancellationToken).ConfigureAwait(false));
        }

        Check(builder, platformApi);
        return [new OrderGroup { Group = entries }];
    }

    private static OciPlatform PlatformOf(BuilderImage builder) =>
        new(builder.Detail.Config.Architecture, builder.Detail.Config.Os, builder.Detail.Config.Variant);

    /// <summary>The entry of an order for a module, which is read when the builder does not hold it.</summary>
    private async Task<OrderEntry> FindAsync(ModuleLocator locator, HeldModules held, OciPlatform platform, CancellationToken cancellationToken)
    {
        if (locator.Kind is ModuleLocatorKind.InBuilder || (locator.Kind is ModuleLocatorKind.Name && locator.Entry is { } named && held.Has(named)))
        {
            return held.Find(locator.Entry!);
        }

        var place = held.Elsewhere(locator);
        if (Stand(place) is { } unread)
        {
            return unread;
        }

        var main = await AddMainAsync().ConfigureAwait(false);
        _named.Add(main.FullName);
        await AddDependenciesAsync(place, held, platform, cancellationToken).ConfigureAwait(false);
        return new OrderEntry { Id = main.Info.Id, Version = main.Info.Version };

        async Task<BuildpackDescriptor> AddMainAsync()
        {
            try
            {
                return await AddAsync(place, held.Kind, platform, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException failure) when (locator is { Kind: ModuleLocatorKind.Name, Entry: { } missing } && place.Kind is ModuleLocatorKind.Registry
                && failure.ErrorId is PackErrorIds.BuildpackNotFound or PackErrorIds.RegistryIndexFailed)
            {
                throw held.Missing(missing, failure);
            }
        }
    }

    /// <summary>What enters the container: all but what the builder has with the same content.</summary>
    /// <param name="builder">The builder.</param>
    public IReadOnlyList<AddedModule> For(BuilderImage builder) =>
    [
        .. _modules.Modules
            .Select(module => (module, held: HeldModules.LayersOf(builder, module.Descriptor.Kind).GetValueOrDefault(module.Descriptor.Info.Id)?.GetValueOrDefault(module.Descriptor.Info.Version)))
            .Where(added => added.held is null || added.held.LayerDiffId != added.module.Layer.DiffId)
            .Select(added => new AddedModule(added.module, IsInBuilder: added.held is not null)),
    ];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _modules.DisposeAsync();

    private Task<BuildpackDescriptor> AddAsync(ModuleLocator locator, ModuleKind kind, OciPlatform platform, CancellationToken cancellationToken) =>
        _modules.AddAsync(sources.Open(locator, platform), kind, cancellationToken);

    /// <summary>A package has the buildpacks that it needs. A folder says in a package.toml where they are.</summary>
    private async Task AddDependenciesAsync(ModuleLocator locator, HeldModules held, OciPlatform platform, CancellationToken cancellationToken)
    {
        if (held.Kind is not ModuleKind.Buildpack || locator.Kind is not ModuleLocatorKind.Path || Path.Combine(locator.Value, PackageDescriptor.FileName) is var path && !File.Exists(path))
        {
            return;
        }

        var package = PackageDescriptor.Read(path);
        var baseFolder = ModuleLocator.PathOf(package.Uri, locator.Value) ?? locator.Value;
        foreach (var dependency in package.Dependencies)
        {
            var place = dependency.Uri is { } uri ? ModuleLocator.Parse(uri, baseFolder) : ModuleLocator.OfImage(dependency.Image!, dependency.Image!);
            await AddAsync(held.Elsewhere(place), held.Kind, platform, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Checks what would fail in the container. For the buildpacks that others need, lifecycles decide there: a group may do without them.
    /// Lifecycles of platform API 0.12 and later ask for targets, and not for stacks.
    /// </summary>
    private void Check(BuilderImage builder, ApiVersion platformApi)
    {
        var compatibility = new ModuleCompatibility(builder.Lifecycle, builder.Detail);
        foreach (var module in _modules.Modules.Select(module => module.Descriptor))
        {
            compatibility.CheckApi(module);
            if (compatibility.IsDeprecated(module))
            {
                logger.LogWarning("{Module} uses buildpack API {Api}, which is deprecated in the lifecycle.", module.FullName, module.Api);
            }

            if (module.Targets.Count > 0 ? _named.Contains(module.FullName) : platformApi < PlatformApis.Targets)
            {
                compatibility.CheckPlatform(module);
            }

            foreach (var entry in module.Order.SelectMany(group => group.Group).Where(entry => !IsThere(entry, builder)))
            {
                throw new PackException(
                    PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound,
                    $"The buildpack {module.FullName} needs '{entry}', which is neither in the builder '{builder.Name}' nor among the buildpacks of the build.")
                {
                    Target = entry.ToString(),
                    RecommendedAction = $"Specify a package (.cnb) that contains it, or name it in [[dependencies]] of a {PackageDescriptor.FileName} in the folder of the buildpack.",
                };
            }
        }
    }

    private bool IsThere(OrderEntry entry, BuilderImage builder) =>
        (builder.BuildpackLayers.TryGetValue(entry.Id, out var versions) && versions.ContainsKey(entry.Version ?? ""))
        || _modules.Modules.Any(module => module.Descriptor.Info.Id == entry.Id && module.Descriptor.Info.Version == entry.Version);
}

/// <summary>A buildpack or an image extension that enters the container.</summary>
/// <param name="Module">The module.</param>
/// <param name="IsInBuilder">Whether the builder has this id and version with another content, which it replaces.</param>
internal sealed record AddedModule(BuilderModule Module, bool IsInBuilder)
{
    /// <summary>Its folder, as an entry of a tar: <c>cnb/buildpacks/samples_web/1.0.0</c>.</summary>
    public string Folder => BuilderModule.FolderOf(Module.Descriptor);

    /// <summary>The volume that has it; <see langword="null"/> when it is sent into the container.</summary>
    public string? Volume { get; init; }

    /// <summary>Whether it is a buildpack, and not an image extension.</summary>
    public bool IsBuildpack => Module.Descriptor.Kind is ModuleKind.Buildpack;

    /// <summary>Its id.</summary>
    public string Id => Module.Descriptor.Info.Id;

    /// <summary>Its version.</summary>
    public string Version => Module.Descriptor.Info.Version;

    /// <summary>What a builder's label would say of it.</summary>
    public ModuleLayer Layer => new() { Api = Module.Descriptor.Api, Name = Module.Descriptor.Info.Name };
}
