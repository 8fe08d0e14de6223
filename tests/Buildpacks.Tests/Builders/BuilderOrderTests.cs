using Buildpacks.Builders;
using Buildpacks.Descriptors;

namespace Buildpacks.Tests.Builders;

public class BuilderOrderTests
{
    private static readonly IReadOnlyList<BuildpackDescriptor> Modules =
    [
        Module("a", "1"), Module("b", "1"), Module("b", "2"),
        Module("x", "1") with { Kind = ModuleKind.Extension },
    ];

    [Fact]
    public void The_only_version_is_filled_in()
    {
        var order = new BuilderOrder("builder.toml", Modules).Resolve(Order(("a", null), ("b", "2")), ModuleKind.Buildpack);

        Assert.Equal(["a@1", "b@2"], order[0].Group.Select(entry => entry.ToString()));
    }

    [Theory]
    [InlineData("c", null, "'c' in builder.toml is not in the builder")]
    [InlineData("x", "1", "'x' in builder.toml is not in the builder")]
    [InlineData("b", null, "'b' in builder.toml has no version, and the builder has the versions 1, 2")]
    [InlineData("b", "3", "'b@3' in builder.toml is not in the builder, which has the versions 1, 2")]
    public void A_buildpack_that_is_not_in_the_builder_is_named(string id, string? version, string expected)
    {
        var failure = Assert.Throws<PackException>(
            () => new BuilderOrder("builder.toml", Modules).Resolve(Order((id, version)), ModuleKind.Buildpack));

        Assert.Equal("BuilderOrderInvalid", failure.ErrorId);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_buildpacks_of_a_composite_must_be_in_the_builder()
    {
        var composite = Module("all", "1") with { Order = Order(("a", "1"), ("gone", "1")) };

        var failure = Assert.Throws<PackException>(new BuilderOrder("builder.toml", [.. Modules, composite]).CheckComposites);

        Assert.Contains("'gone' in the buildpack all@1", failure.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<OrderGroup> Order(params (string Id, string? Version)[] entries) =>
        [new OrderGroup { Group = [.. entries.Select(entry => new OrderEntry { Id = entry.Id, Version = entry.Version })] }];

    private static BuildpackDescriptor Module(string id, string version) =>
        new() { Kind = ModuleKind.Buildpack, Api = "0.10", Info = new ModuleInfo { Id = id, Version = version } };
}
