using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>The groups to try, with the system buildpacks around each.</summary>
/// <param name="Groups">The groups of buildpacks.</param>
/// <param name="Extensions">The groups of image extensions, one of which comes before each group of buildpacks. All extensions are optional.</param>
internal sealed record Order(IReadOnlyList<OrderGroup> Groups, IReadOnlyList<OrderGroup> Extensions)
{
    /// <summary>All that it names.</summary>
    public IEnumerable<GroupElement> Elements => Groups.Concat(Extensions).SelectMany(group => group.Elements);

    /// <summary>Reads order.toml and, from platform API 0.15 on, system.toml.</summary>
    /// <exception cref="InvalidDataException">Malformed or empty.</exception>
    public static Order Read(string orderPath, string systemPath, ApiVersion platformApi)
    {
        var toml = TomlFile.Read(orderPath);
        var order = OrderGroup.ReadAll(toml, "order");
        if (order.Count == 0)
        {
            throw new InvalidDataException($"{orderPath} has no [[order]]: there is nothing to detect with");
        }

        IReadOnlyList<OrderGroup> extensions =
        [
            .. OrderGroup.ReadAll(toml, "order-extensions")
                .Select(group => new OrderGroup([.. group.Elements.Select(element => element with { Extension = true, Optional = true })])),
        ];
        return platformApi.AtLeast(0, 15) && TomlFile.ReadIfExists(systemPath)?.Section("system") is { } system
            ? new Order([.. order.Select(group => Surround(group, Buildpacks(system, "pre"), Buildpacks(system, "post")))], extensions)
            : new Order(order, extensions);
    }

    private static IReadOnlyList<GroupElement> Buildpacks(TomlSection system, string key) =>
        system.Section(key) is { } section ? [.. section.Sections("buildpacks").Select(GroupElement.From)] : [];

    private static OrderGroup Surround(OrderGroup group, IReadOnlyList<GroupElement> before, IReadOnlyList<GroupElement> after)
    {
        return new OrderGroup([.. before.Where(IsNew), .. group.Elements, .. after.Where(IsNew)]);

        bool IsNew(GroupElement element) => group.Elements.All(present => present.Id != element.Id);
    }
}
