using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>Parts that builder.toml and buildpack.toml have in common.</summary>
internal static class SharedSections
{
    /// <summary>A list of groups.</summary>
    public static IReadOnlyList<OrderGroup> Order(TomlSection root, string key)
    {
        var groups = new List<OrderGroup>();
        foreach (var section in root.Sections(key))
        {
            var entries = Entries(section, "group");
            if (entries.Count == 0)
            {
                section.Problem("group", "does not name a buildpack");
            }

            groups.Add(new OrderGroup { Group = entries });
        }

        return groups;
    }

    /// <summary>A list of buildpacks in their order.</summary>
    public static IReadOnlyList<OrderEntry> Entries(TomlSection? section, string key) => section is null
        ? []
        : [.. section.Sections(key).Select(entry => new OrderEntry
        {
            Id = entry.RequiredString("id"),
            Version = entry.String("version"),
            Optional = entry.Flag("optional"),
        })];

    /// <summary>The platforms something runs on.</summary>
    public static IReadOnlyList<ModuleTarget> Targets(TomlSection root) =>
        [.. root.Sections("targets").Select(target => new ModuleTarget
        {
            Os = target.String("os") ?? "",
            Arch = target.String("arch") ?? "",
            Variant = target.String(target.Has("arch-variant") ? "arch-variant" : "variant"),
            Distros = Distros(target),
        })];

    private static List<ModuleDistribution>? Distros(TomlSection target)
    {
        // [[targets.distros]] is the specification's name; older files say distributions.
        var distros = target.Sections(target.Has("distributions") ? "distributions" : "distros")
            .Select(distro => new ModuleDistribution { Name = distro.String("name"), Version = distro.String("version") })
            .ToList();
        return distros.Count == 0 ? null : distros;
    }
}
