using Buildpacks.Descriptors;

namespace Buildpacks.Builders;

/// <summary>Finds out which version of a buildpack an order means.</summary>
/// <param name="configPath">The builder.toml, for messages.</param>
/// <param name="modules">What the builder holds.</param>
internal sealed class BuilderOrder(string configPath, IReadOnlyList<BuildpackDescriptor> modules)
{
    /// <summary>The same groups with a version in each entry.</summary>
    /// <exception cref="PackException"><c>BuilderOrderInvalid</c>: an entry names what the builder does not hold, or holds in several versions.</exception>
    public IReadOnlyList<OrderGroup> Resolve(IReadOnlyList<OrderGroup> order, ModuleKind kind) =>
        [.. order.Select(group => group with { Group = Resolve(group.Group, kind) })];

    /// <summary>The same entries with a version in each.</summary>
    /// <exception cref="PackException"><c>BuilderOrderInvalid</c>: an entry names what the builder does not hold, or holds in several versions.</exception>
    public IReadOnlyList<OrderEntry> Resolve(IReadOnlyList<OrderEntry> entries, ModuleKind kind) =>
        [.. entries.Select(entry => Resolve(entry, kind, configPath))];

    /// <summary>Checks that all that composite buildpacks name is there.</summary>
    /// <exception cref="PackException"><c>BuilderOrderInvalid</c>: something is not.</exception>
    public void CheckComposites()
    {
        foreach (var composite in modules.Where(module => module.IsComposite))
        {
            foreach (var entry in composite.Order.SelectMany(group => group.Group))
            {
                Resolve(entry, ModuleKind.Buildpack, $"the buildpack {composite.FullName}");
            }
        }
    }

    private OrderEntry Resolve(OrderEntry entry, ModuleKind kind, string namedBy)
    {
        var versions = modules
            .Where(module => module.Kind == kind && module.Info.Id == entry.Id)
            .Select(module => module.Info.Version)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var what = kind is ModuleKind.Buildpack ? "buildpack" : "image extension";
        if (versions.Count == 0)
        {
            throw Invalid($"The {what} '{entry.Id}' in {namedBy} is not in the builder.", entry);
        }

        if (string.IsNullOrEmpty(entry.Version))
        {
            return versions.Count == 1
                ? entry with { Version = versions[0] }
                : throw Invalid($"The {what} '{entry.Id}' in {namedBy} has no version, and the builder has the versions {string.Join(", ", versions)}.", entry);
        }

        return versions.Contains(entry.Version)
            ? entry
            : throw Invalid($"The {what} '{entry}' in {namedBy} is not in the builder, which has the versions {string.Join(", ", versions)}.", entry);
    }

    private static PackException Invalid(string message, OrderEntry entry) =>
        new(PackErrorIds.BuilderOrderInvalid, PackErrorKind.InvalidInput, message)
        {
            Target = entry.ToString(),
            RecommendedAction = "Add the buildpack to [[buildpacks]], or correct its id and version in the order.",
        };
}
