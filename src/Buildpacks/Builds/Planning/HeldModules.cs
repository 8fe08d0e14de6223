using Buildpacks.Builders;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Modules;

namespace Buildpacks.Builds.Planning;

/// <summary>The buildpacks or the image extensions that a builder holds.</summary>
/// <param name="builder">The builder.</param>
/// <param name="kind">Which of them.</param>
internal sealed class HeldModules(BuilderImage builder, ModuleKind kind)
{
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModuleLayer>> _layers = LayersOf(builder, kind);
    private readonly string _what = kind is ModuleKind.Buildpack ? "buildpack" : "image extension";

    /// <summary>Whether these are the buildpacks or the image extensions.</summary>
    public ModuleKind Kind => kind;

    /// <summary>The buildpacks or the image extensions of a builder by id, then version.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModuleLayer>> LayersOf(BuilderImage builder, ModuleKind kind) =>
        kind is ModuleKind.Buildpack ? builder.BuildpackLayers : builder.ExtensionLayers;

    /// <summary>Where a module is that is not in the builder. The buildpack registry has no image extensions.</summary>
    public ModuleLocator Elsewhere(ModuleLocator locator) => locator.Kind is not ModuleLocatorKind.Name ? locator
        : (kind is ModuleKind.Buildpack ? locator.AsRegistered() : null) ?? locator.AsImage() ?? throw Missing(locator.Entry ?? new OrderEntry { Id = locator.Value });

    /// <summary>Whether the builder has a module of this id, in this version if one is named.</summary>
    public bool Has(OrderEntry meant) =>
        _layers.TryGetValue(meant.Id, out var versions) && (meant.Version is null ? versions.Count > 0 : versions.ContainsKey(meant.Version));

    /// <summary>The failure of a module that the builder does not have.</summary>
    /// <param name="meant">The module.</param>
    /// <param name="registry">Why the buildpack registry does not give it; <see langword="null"/> when it was not asked.</param>
    public PackException Missing(OrderEntry meant, PackException? registry = null)
    {
        var more = registry is null ? "" : " " + registry.Message;
        if (_layers.TryGetValue(meant.Id, out var versions) && versions.Count > 0)
        {
            return Failure(
                PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound,
                $"The builder '{builder.Name}' does not have '{meant}', but has the versions {string.Join(", ", versions.Keys.Order(StringComparer.Ordinal))}.{more}", meant,
                "Specify a version that the builder has.");
        }

        return Failure(
            PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"The builder '{builder.Name}' does not have the {_what} '{meant.Id}'. {All()}{more}", meant,
            $"Specify {(kind is ModuleKind.Buildpack ? "a buildpack of the builder or of the buildpack registry" : "an image extension of the builder")}, the path of a folder or an archive, an http or https address, or an image such as docker://NAME.");
    }

    /// <summary>The module that is meant, with its version.</summary>
    /// <exception cref="PackException">
    /// <c>BuildpackNotFound</c>: the builder does not hold it. <c>BuildpackAmbiguous</c>: it holds several versions, and none is named.
    /// </exception>
    public OrderEntry Find(OrderEntry meant)
    {
        if (!Has(meant))
        {
            throw Missing(meant);
        }

        var known = _layers[meant.Id].Keys.Order(StringComparer.Ordinal).ToList();
        return meant.Version is not null ? meant
            : known is [var only] ? meant with { Version = only }
            : throw Failure(
                PackErrorIds.BuildpackAmbiguous, PackErrorKind.InvalidInput, $"The builder '{builder.Name}' has '{meant.Id}' in the versions {string.Join(", ", known)}.", meant,
                $"Specify one version: {meant.Id}@{known[^1]}.");
    }

    private string All()
    {
        var all = _layers.SelectMany(held => held.Value.Keys.Select(version => $"{held.Key}@{version}")).Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? $"It has no {_what}s." : $"It has {string.Join(", ", all)}.";
    }

    private static PackException Failure(string id, PackErrorKind kind, string message, OrderEntry target, string action) =>
        new(id, kind, message) { Target = target.ToString(), RecommendedAction = action };
}
