using Buildpacks.Builders;
using Buildpacks.Descriptors;
using Buildpacks.Modules;

namespace Buildpacks.Builds.Planning;

/// <summary>The buildpacks that a caller names: in the place of the builder's order, or around each of its groups.</summary>
/// <param name="Before">Those that come first.</param>
/// <param name="After">Those that come last.</param>
/// <param name="AroundBuilder">Whether the groups of the builder stand between them.</param>
internal sealed record BuildpackSelection(IReadOnlyList<ModuleLocator> Before, IReadOnlyList<ModuleLocator> After, bool AroundBuilder)
{
    /// <summary>Whether a buildpack may be an image of a registry.</summary>
    public bool NamesImages => Before.Concat(After).Any(locator => locator.Kind is ModuleLocatorKind.Image or ModuleLocatorKind.RegistryImage || locator.AsImage() is not null);

    /// <summary>Reads what a caller asked for.</summary>
    /// <returns><see langword="null"/> when the builder's order is to stay as it is.</returns>
    /// <exception cref="PackException"><c>BuildpackInvalid</c> or <c>BuildpackNotFound</c>.</exception>
    public static BuildpackSelection? Read(BuildRequest request) => Read(BuildpackLists.Of(request));

    /// <summary>Reads what a caller asked for.</summary>
    /// <returns><see langword="null"/> when the builder's order is to stay as it is.</returns>
    /// <exception cref="PackException"><c>BuildpackInvalid</c>.</exception>
    public static BuildpackSelection? Read(BuildpackLists lists)
    {
        var around = lists.Pre.Count + lists.Post.Count > 0;
        foreach (var locator in lists.Pre.Concat(lists.Post).Where(IsOrder))
        {
            throw ModuleLocator.Invalid(
                locator.Text, "from=builder is not valid in -PreBuildpack and -PostBuildpack.", "Specify single buildpacks.");
        }

        if (lists.Buildpacks.Count == 0)
        {
            // pack puts one after the other before all that is there, so the last one comes first; a project descriptor means the same to both.
            return around ? new BuildpackSelection([.. lists.Pre.Reverse()], lists.Post, AroundBuilder: true) : null;
        }

        if (around)
        {
            throw ModuleLocator.Invalid(
                string.Join(", ", lists.Buildpacks.Select(locator => locator.Text)),
                "-Buildpack replaces the order of the builder, so it cannot be combined with -PreBuildpack or -PostBuildpack.",
                "Use one list, with from=builder for the buildpacks of the builder: -Buildpack first, from=builder, last.");
        }

        var locators = lists.Buildpacks.ToList();
        var builder = locators.FindIndex(IsOrder);
        if (builder < 0)
        {
            return new BuildpackSelection(locators, [], AroundBuilder: false);
        }

        return locators.FindLastIndex(IsOrder) == builder
            ? new BuildpackSelection(locators[..builder], locators[(builder + 1)..], AroundBuilder: true)
            : throw ModuleLocator.Invalid(
                ModuleLocator.FromBuilder, "from=builder occurs twice.", $"Write {ModuleLocator.FromBuilder} once.");
    }

    /// <summary>Reads the place of an image extension.</summary>
    /// <param name="text">What the caller wrote.</param>
    /// <param name="baseFolder">The folder that relative paths start at.</param>
    /// <exception cref="PackException"><c>BuildpackInvalid</c> or <c>BuildpackNotFound</c>.</exception>
    public static ModuleLocator ExtensionOf(string text, string baseFolder) =>
        ModuleLocator.Parse(text, baseFolder) is { Kind: not (ModuleLocatorKind.BuilderOrder or ModuleLocatorKind.Registry) } locator
            ? locator
            : throw ModuleLocator.Invalid(
                text, $"'{text}' is not valid in -Extension: an order of buildpacks and the buildpack registry have no image extensions.",
                "Specify an image extension of the builder, a folder, an archive, an http or https address, or an image such as docker://NAME.");

    /// <summary>The groups to try.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="find">Finds a buildpack, in the builder or elsewhere.</param>
    public async Task<IReadOnlyList<OrderGroup>> ResolveAsync(BuilderImage builder, Func<ModuleLocator, Task<OrderEntry>> find)
    {
        var before = await FindAllAsync(Before, find).ConfigureAwait(false);
        var after = await FindAllAsync(After, find).ConfigureAwait(false);
        IReadOnlyList<OrderGroup> groups = AroundBuilder ? builder.Order : [new OrderGroup()];
        return [.. groups.Select(group => group with { Group = [.. before, .. group.Group, .. after] })];
    }

    private static async Task<List<OrderEntry>> FindAllAsync(IReadOnlyList<ModuleLocator> locators, Func<ModuleLocator, Task<OrderEntry>> find)
    {
        var entries = new List<OrderEntry>();
        foreach (var locator in locators)
        {
            entries.Add(await find(locator).ConfigureAwait(false));
        }

        return entries;
    }

    private static bool IsOrder(ModuleLocator locator) => locator.Kind is ModuleLocatorKind.BuilderOrder;
}

/// <summary>The lists of buildpacks of a build, from its parameters or its project descriptor.</summary>
/// <param name="Buildpacks">Those in the place of the builder's order.</param>
/// <param name="Pre">Those before each group of the builder's order.</param>
/// <param name="Post">Those after each group of the builder's order.</param>
internal sealed record BuildpackLists(IReadOnlyList<ModuleLocator> Buildpacks, IReadOnlyList<ModuleLocator> Pre, IReadOnlyList<ModuleLocator> Post)
{
    /// <summary>The lists of the parameters.</summary>
    /// <exception cref="PackException"><c>BuildpackInvalid</c> or <c>BuildpackNotFound</c>.</exception>
    public static BuildpackLists Of(BuildRequest request)
    {
        return new BuildpackLists(Locate(request.Buildpacks), Locate(request.PreBuildpacks), Locate(request.PostBuildpacks));

        List<ModuleLocator> Locate(IReadOnlyList<string> texts) => [.. texts.Select(text => ModuleLocator.Parse(text, request.BaseFolder))];
    }
}
