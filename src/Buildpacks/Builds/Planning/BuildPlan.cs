using Buildpacks.Builders;
using Buildpacks.Builds.Phases;
using Buildpacks.Caches;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Copies;

namespace Buildpacks.Builds.Planning;

/// <summary>What detection decided, as the later phases read it.</summary>
/// <param name="Group">group.toml.</param>
/// <param name="Plan">plan.toml.</param>
/// <param name="Analyzed">analyzed.toml.</param>
internal sealed record DetectedFiles(string Group, string Plan, string Analyzed);

/// <summary>A build, decided in every point: what runs, with what, and where it leads.</summary>
internal sealed record BuildPlan
{
    /// <summary>The image's name.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>The name by which the lifecycle knows the image when it writes a layout: that name says where the layout is, and nothing else.</summary>
    public ImageReference LayoutName => LifecycleNames.ForLayout(Image);

    /// <summary>More names for it.</summary>
    public required IReadOnlyList<ImageReference> Tags { get; init; }

    /// <summary>The builder.</summary>
    public required BuilderImage Builder { get; init; }

    /// <summary>The run image's name as the builder or the caller spells it: it goes into the image's labels.</summary>
    public required ImageReference RunImageName { get; init; }

    /// <summary>The name by which the lifecycle finds the layout of the run image.</summary>
    public ImageReference RunImageLayoutName => Phases.Count > 1 || HasExtensions ? LifecycleNames.RunImage : RunImageName;

    /// <summary>Whether the caller chose the run image: then it is the only run image that the lifecycle knows.</summary>
    public required bool HasOwnRunImage { get; init; }

    /// <summary>The run image.</summary>
    public required ImageDetail RunImage { get; init; }

    /// <summary>What the image's labels call the run image in the place of a path in the container; <see langword="null"/> to leave what the lifecycle wrote.</summary>
    public required string? RunImageReference { get; init; }

    /// <summary>
    /// The top layer of the run image without what image extensions added: a rebase replaces the layers up to it. <see langword="null"/> to leave what
    /// the lifecycle wrote.
    /// </summary>
    public string? RunImageTopLayer { get; init; }

    /// <summary>The history of the run image's layers, as the image keeps it; <see langword="null"/> for none.</summary>
    public required IReadOnlyList<OciHistory>? RunImageHistory { get; init; }

    /// <summary>The images in registries, of an image that is published; <see langword="null"/> of one for the engine's store.</summary>
    public PublishImages? Published { get; init; }

    /// <summary>The layout folder or archive that the image is written to; <see langword="null"/> for an engine or a registry.</summary>
    public FileTarget? Target { get; init; }

    /// <summary>The image whose layers are reused; <see langword="null"/> for none.</summary>
    public required ImageDetail? Previous { get; init; }

    /// <summary>The image that has the name now, and so the previous one unless another was named; <see langword="null"/> for none.</summary>
    public required ImageDetail? Current { get; init; }

    /// <summary>The ids of the images that have the image's names now, of those names that some image has.</summary>
    public required IReadOnlyDictionary<string, string> Holders { get; init; }

    /// <summary>How the image gets into the engine's store: never <see cref="ExportRoute.Auto"/>.</summary>
    public required ExportRoute Route { get; init; }

    /// <summary>The version of the platform API.</summary>
    public required ApiVersion PlatformApi { get; init; }

    /// <summary>The caches.</summary>
    public required BuildCaches Caches { get; init; }

    /// <summary>Whether the build cache is emptied before.</summary>
    public required bool ClearCache { get; init; }

    /// <summary>The groups of buildpacks to try; <see langword="null"/> for those that the builder's image orders.</summary>
    public required IReadOnlyList<OrderGroup>? Order { get; init; }

    /// <summary>The groups of image extensions to try; <see langword="null"/> for those that the builder's image orders.</summary>
    public IReadOnlyList<OrderGroup>? OrderExtensions { get; init; }

    /// <summary>The buildpacks and image extensions that enter the container beside those of the builder.</summary>
    public required IReadOnlyList<AddedModule> AddedModules { get; init; }

    /// <summary>Those that are sent into the container.</summary>
    public IEnumerable<AddedModule> SentModules => AddedModules.Where(added => added.Volume is null);

    /// <summary>All buildpacks of the container by id, then version.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModuleLayer>> BuildpackLayers
    {
        get
        {
            if (!AddedModules.Any(added => added.IsBuildpack))
            {
                return Builder.BuildpackLayers;
            }

            var all = Builder.BuildpackLayers.ToDictionary(held => held.Key, held => held.Value.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
            foreach (var added in AddedModules.Where(added => added.IsBuildpack))
            {
                all.TryAdd(added.Id, []);
                all[added.Id][added.Version] = added.Layer;
            }

            return all.ToDictionary(held => held.Key, held => (IReadOnlyDictionary<string, ModuleLayer>)held.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>Whether the image is one of an index, and is published without a name.</summary>
    public required bool IsOfIndex { get; init; }

    /// <summary>The platform of the image.</summary>
    public OciPlatform Platform => PlatformName.Of(RunImage.Config);

    /// <summary>The folder of the container in which the app is.</summary>
    public required string Workspace { get; init; }

    /// <summary>Whether the lifecycle is given a file without system buildpacks.</summary>
    public required bool LeavesOutSystem { get; init; }

    /// <summary>Build-time environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What runs, one after the other. What is sent goes into the container of the first, and the image comes out of the last.</summary>
    public required IReadOnlyList<Phase> Phases { get; init; }

    /// <summary>The phases after image extensions were applied, in another container; <see langword="null"/> when none are to be applied.</summary>
    public IReadOnlyList<Phase>? AfterExtending { get; init; }

    /// <summary>What a container before left for those of <see cref="Phases"/>; <see langword="null"/> for nothing.</summary>
    public DetectedFiles? Detected { get; init; }

    /// <summary>Whether the builder's order has image extensions, so that there are two containers.</summary>
    public bool HasExtensions => AfterExtending is not null || Detected is not null;

    /// <summary>The user and group that detect and build, who own what is sent into the container.</summary>
    public required TarOwner Owner { get; init; }

    /// <summary>The builder's own user and group.</summary>
    public TarOwner BuilderOwner => new(checked((int)Builder.UserId), checked((int)Builder.GroupId));

    /// <summary>
    /// Who owns the folder of the layers, which is in the image: another group than the builder's does not change the owner, for the user can
    /// write there anyway, and another user does.
    /// </summary>
    public TarOwner LayersOwner => Owner.UserId == BuilderOwner.UserId ? BuilderOwner : Owner;

    /// <summary>All names of the image, the main one first.</summary>
    public IReadOnlyList<ImageReference> Names => [.. Tags.Prepend(Image).Distinct()];
}
