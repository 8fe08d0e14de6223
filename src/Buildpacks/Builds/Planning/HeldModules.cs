using Buildpacks.Builders;
using Buildpacks.Descriptors;

namespace Buildpacks.Builds.Planning;

/// <summary>The buildpacks that a builder holds.</summary>
/// <param name="builder">The builder.</param>
internal sealed class HeldBuildpacks(BuilderImage builder)
{
    /// <summary>Whether the builder has a buildpack of this id, in this version if one is named.</summary>
    public bool Has(OrderEntry meant) =>
        builder.BuildpackLayers.TryGetValue(meant.Id, out var versions) && (meant.Version is null ? versions.Count > 0 : versions.ContainsKey(meant.Version));

    /// <summary>The failure of a buildpack that the builder does not have.</summary>
    /// <param name="meant">The buildpack.</param>
    /// <param name="registry">Why the buildpack registry does not give it; <see langword="null"/> when it was not asked.</param>
    public PackException Missing(OrderEntry meant, PackException? registry = null)
    {
        var more = registry is null ? "" : " " + registry.Message;
        if (builder.BuildpackLayers.TryGetValue(meant.Id, out var versions) && versions.Count > 0)
        {
            return Failure(
                PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound,
                $"The builder '{builder.Name}' does not have '{meant}', but has the versions {string.Join(", ", versions.Keys.Order(StringComparer.Ordinal))}.{more}", meant,
                "Specify a version that the builder has.");
        }

        return Failure(
            PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"The builder '{builder.Name}' does not have the buildpack '{meant.Id}'. {All()}{more}", meant,
            "Specify a buildpack of the builder or of the buildpack registry, the path of a folder or an archive, an http or https address, or an image such as docker://NAME.");
    }

    /// <summary>The buildpack that is meant, with its version.</summary>
    /// <exception cref="PackException">
    /// <c>BuildpackNotFound</c>: the builder does not hold it. <c>BuildpackAmbiguous</c>: it holds several versions, and none is named.
    /// </exception>
    public OrderEntry Find(OrderEntry meant)
    {
        if (!Has(meant))
        {
            throw Missing(meant);
        }

        var known = builder.BuildpackLayers[meant.Id].Keys.Order(StringComparer.Ordinal).ToList();
        return meant.Version is not null ? meant
            : known is [var only] ? meant with { Version = only }
            : throw Failure(
                PackErrorIds.BuildpackAmbiguous, PackErrorKind.InvalidInput, $"The builder '{builder.Name}' has '{meant.Id}' in the versions {string.Join(", ", known)}.", meant,
                $"Specify one version: {meant.Id}@{known[^1]}.");
    }

    private string All()
    {
        var all = builder.BuildpackLayers.SelectMany(held => held.Value.Keys.Select(version => $"{held.Key}@{version}")).Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? "It has no buildpacks." : $"It has {string.Join(", ", all)}.";
    }

    private static PackException Failure(string id, PackErrorKind kind, string message, OrderEntry target, string action) =>
        new(id, kind, message) { Target = target.ToString(), RecommendedAction = action };
}
