using Buildpacks.Builders;
using Buildpacks.Descriptors;

namespace Buildpacks.Builds.Planning;

/// <summary>The buildpacks that a builder holds.</summary>
/// <param name="builder">The builder.</param>
internal sealed class HeldBuildpacks(BuilderImage builder)
{
    /// <summary>The buildpack that is meant, with its version.</summary>
    /// <exception cref="PackException">
    /// <c>BuildpackNotFound</c>: the builder does not hold it. <c>BuildpackAmbiguous</c>: it holds several versions, and none is named.
    /// </exception>
    public OrderEntry Find(OrderEntry meant)
    {
        if (!builder.BuildpackLayers.TryGetValue(meant.Id, out var versions) || versions.Count == 0)
        {
            throw Failure(
                PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"The builder '{builder.Name}' does not have the buildpack '{meant.Id}'. {All()}", meant,
                "Specify a buildpack of the builder, or create a builder with this buildpack with New-PackBuilder.");
        }

        var known = versions.Keys.Order(StringComparer.Ordinal).ToList();
        if (meant.Version is null)
        {
            return known is [var only]
                ? meant with { Version = only }
                : throw Failure(
                    PackErrorIds.BuildpackAmbiguous, PackErrorKind.InvalidInput, $"The builder '{builder.Name}' has '{meant.Id}' in the versions {string.Join(", ", known)}.", meant,
                    $"Specify one version: {meant.Id}@{known[^1]}.");
        }

        return known.Contains(meant.Version)
            ? meant
            : throw Failure(
                PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"The builder '{builder.Name}' does not have '{meant}', but has the versions {string.Join(", ", known)}.", meant,
                "Specify a version that the builder has.");
    }

    private string All()
    {
        var all = builder.BuildpackLayers.SelectMany(held => held.Value.Keys.Select(version => $"{held.Key}@{version}")).Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? "It has no buildpacks." : $"It has {string.Join(", ", all)}.";
    }

    private static PackException Failure(string id, PackErrorKind kind, string message, OrderEntry target, string action) =>
        new(id, kind, message) { Target = target.ToString(), RecommendedAction = action };
}
