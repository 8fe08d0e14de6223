using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>Reads the order, with the system buildpacks around each of its groups.</summary>
internal static class Order
{
    /// <summary>Reads order.toml and, from platform API 0.15 on, system.toml.</summary>
    /// <exception cref="InvalidDataException">Malformed or empty.</exception>
    /// <exception cref="LifecycleException">It orders image extensions, which are not supported: exit code 22.</exception>
    public static IReadOnlyList<OrderGroup> Read(string orderPath, string systemPath, ApiVersion platformApi)
    {
        var toml = TomlFile.Read(orderPath);
        if (OrderGroup.ReadAll(toml, "order-extensions").Any(group => group.Elements.Count > 0))
        {
            throw new LifecycleException(
                ExitCodes.DetectFailed, "failed to detect: detected order contains extensions which is not supported by the creator");
        }

        var order = OrderGroup.ReadAll(toml, "order");
        if (order.Count == 0)
        {
            throw new InvalidDataException($"{orderPath} has no [[order]]: there is nothing to detect with");
        }

        return platformApi.AtLeast(0, 15) && TomlFile.ReadIfExists(systemPath)?.Section("system") is { } system
            ? [.. order.Select(group => Surround(group, Buildpacks(system, "pre"), Buildpacks(system, "post")))]
            : order;
    }

    private static IReadOnlyList<GroupElement> Buildpacks(TomlSection system, string key) =>
        system.Section(key) is { } section ? [.. section.Sections("buildpacks").Select(GroupElement.From)] : [];

    private static OrderGroup Surround(OrderGroup group, IReadOnlyList<GroupElement> before, IReadOnlyList<GroupElement> after)
    {
        return new OrderGroup([.. before.Where(IsNew), .. group.Elements, .. after.Where(IsNew)]);

        bool IsNew(GroupElement element) => group.Elements.All(present => present.Id != element.Id);
    }
}
