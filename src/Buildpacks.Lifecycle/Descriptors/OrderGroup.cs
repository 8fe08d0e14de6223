using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Descriptors;

/// <summary>One group of an order: buildpacks that work together.</summary>
internal sealed record OrderGroup(IReadOnlyList<GroupElement> Elements)
{
    /// <summary>Reads an array of groups.</summary>
    public static IReadOnlyList<OrderGroup> ReadAll(TomlSection toml, string key) =>
        [.. toml.Sections(key).Select(group => new OrderGroup([.. group.Sections("group").Select(GroupElement.From)]))];
}
