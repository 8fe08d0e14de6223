using Buildpacks.Builders;
using Buildpacks.Descriptors;

namespace Buildpacks.Builds.Planning;

/// <summary>The buildpacks that a caller names: in the place of the builder's order, or around each of its groups.</summary>
/// <param name="Before">Those that come first.</param>
/// <param name="After">Those that come last.</param>
/// <param name="AroundBuilder">Whether the groups of the builder stand between them.</param>
internal sealed record BuildpackSelection(IReadOnlyList<OrderEntry> Before, IReadOnlyList<OrderEntry> After, bool AroundBuilder)
{
    /// <summary>Reads what a caller asked for.</summary>
    /// <returns><see langword="null"/> when the builder's order is to stay as it is.</returns>
    /// <exception cref="PackException"><c>BuildpackInvalid</c> or <c>BuildpackUnsupported</c>.</exception>
    public static BuildpackSelection? Read(BuildRequest request)
    {
        var around = request.PreBuildpacks.Count + request.PostBuildpacks.Count > 0;
        if (request.Buildpacks.Count == 0)
        {
            return around
                ? new BuildpackSelection([.. request.PreBuildpacks.Select(ReadOne)], [.. request.PostBuildpacks.Select(ReadOne)], AroundBuilder: true)
                : null;
        }

        if (around)
        {
            throw BuildpackLocator.Invalid(
                string.Join(", ", request.Buildpacks),
                "-Buildpack replaces the order of the builder, so it cannot be combined with -PreBuildpack or -PostBuildpack.",
                "Use one list, with from=builder for the buildpacks of the builder: -Buildpack first, from=builder, last.");
        }

        var entries = request.Buildpacks.Select(BuildpackLocator.Parse).ToList();
        var builder = entries.FindIndex(entry => entry is null);
        if (builder < 0)
        {
            return new BuildpackSelection(entries!, [], AroundBuilder: false);
        }

        return entries.FindLastIndex(entry => entry is null) == builder
            ? new BuildpackSelection(entries[..builder]!, entries[(builder + 1)..]!, AroundBuilder: true)
            : throw BuildpackLocator.Invalid(
                BuildpackLocator.FromBuilder, "from=builder occurs twice.", $"Write {BuildpackLocator.FromBuilder} once.");
    }

    /// <summary>The groups to try.</summary>
    /// <param name="builder">The builder, which has to hold every buildpack named.</param>
    /// <exception cref="PackException"><c>BuildpackNotFound</c> or <c>BuildpackAmbiguous</c>.</exception>
    public IReadOnlyList<OrderGroup> Resolve(BuilderImage builder)
    {
        var held = new HeldBuildpacks(builder);
        List<OrderEntry> before = [.. Before.Select(held.Find)];
        List<OrderEntry> after = [.. After.Select(held.Find)];
        IReadOnlyList<OrderGroup> groups = AroundBuilder ? builder.Order : [new OrderGroup()];
        return [.. groups.Select(group => group with { Group = [.. before, .. group.Group, .. after] })];
    }

    private static OrderEntry ReadOne(string text) => BuildpackLocator.Parse(text) ?? throw BuildpackLocator.Invalid(
        text, "from=builder is not valid in -PreBuildpack and -PostBuildpack.", "Specify single buildpacks of the builder.");
}
