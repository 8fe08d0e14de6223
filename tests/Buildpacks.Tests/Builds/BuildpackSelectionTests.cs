using Buildpacks.Builders;
using Buildpacks.Builds;
using Buildpacks.Builds.Planning;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Builds;

public class BuildpackSelectionTests
{
    private static readonly BuilderImage Builder = new()
    {
        Name = "test/builder",
        Detail = new ImageDetail { Id = "sha256:0", Config = new OciImageConfig() },
        Metadata = new BuilderMetadata(),
        RunImages = [],
        Order = [Group(new OrderEntry { Id = "a/one", Version = "1" }, new OrderEntry { Id = "a/two", Version = "2", Optional = true }), Group(new OrderEntry { Id = "a/two", Version = "2" })],
        OrderExtensions = [],
        BuildpackLayers = new Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>>
        {
            ["a/one"] = Versions("1"),
            ["a/two"] = Versions("1.9", "2"),
            ["a/three"] = Versions("3.0"),
        },
        System = new SystemOrder(),
        UserId = 1,
        GroupId = 1,
    };

    [Fact]
    public void Without_a_word_the_builders_order_stays() => Assert.Null(Read());

    [Theory]
    [InlineData("a/three", "a/three@3.0")]
    [InlineData("a/three@3.0, urn:cnb:builder:a/two@1.9, from=builder:a/one", "a/three@3.0 a/two@1.9 a/one@1")]
    [InlineData("a/three, from=builder", "a/three@3.0 a/one@1 a/two@2? | a/three@3.0 a/two@2")]
    [InlineData("from=builder, a/three", "a/one@1 a/two@2? a/three@3.0 | a/two@2 a/three@3.0")]
    [InlineData("a/three, urn:cnb:builder, a/one", "a/three@3.0 a/one@1 a/two@2? a/one@1 | a/three@3.0 a/two@2 a/one@1")]
    public async Task A_list_takes_the_place_of_the_order(string list, string expected) =>
        Assert.Equal(expected, Show(await ResolveAsync(Read(list: list))));

    [Fact]
    public async Task Others_go_around_every_group() =>
        Assert.Equal("a/three@3.0 a/one@1 a/two@2? a/two@1.9 | a/three@3.0 a/two@2 a/two@1.9", Show(await ResolveAsync(Read(before: "a/three", after: "a/two@1.9"))));

    [Fact]
    public async Task Of_several_before_the_order_the_last_comes_first_as_with_pack() =>
        Assert.Equal(
            "a/one@1 a/three@3.0 a/one@1 a/two@2? a/one@1 a/three@3.0 | a/one@1 a/three@3.0 a/two@2 a/one@1 a/three@3.0",
            Show(await ResolveAsync(Read(before: "a/three, a/one", after: "a/one, a/three"))));

    [Theory]
    [InlineData("a/three", "a/one", "")]
    [InlineData("a/three", "", "a/one")]
    [InlineData("from=builder, from=builder", "", "")]
    [InlineData("", "from=builder", "")]
    [InlineData("", "", "urn:cnb:builder")]
    [InlineData("a/one@", "", "")]
    [InlineData("@1", "", "")]
    [InlineData("urn:cnb:builder:", "", "")]
    [InlineData("a b", "", "")]
    public void What_means_nothing_is_refused(string list, string before, string after)
    {
        var failure = Assert.Throws<PackException>(() => Read(list, before, after));

        Assert.Equal(("BuildpackInvalid", PackErrorKind.InvalidInput), (failure.ErrorId, failure.Kind));
        Assert.NotEmpty(failure.RecommendedAction!);
    }

    [Fact]
    public async Task What_the_builder_does_not_hold_is_answered_with_what_it_holds()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => ResolveAsync(Read("a/four")));

        Assert.Equal(("BuildpackNotFound", PackErrorKind.NotFound, "a/four"), (failure.ErrorId, failure.Kind, failure.Target));
        Assert.Contains("It has a/one@1, a/three@3.0, a/two@1.9, a/two@2.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_the_builder_does_not_hold_is_answered_with_those_it_holds()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => ResolveAsync(Read("a/two@3")));

        Assert.Equal(("BuildpackNotFound", "a/two@3"), (failure.ErrorId, failure.Target));
        Assert.Contains("1.9, 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_versions_one_has_to_be_named()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => ResolveAsync(Read("a/two")));

        Assert.Equal("BuildpackAmbiguous", failure.ErrorId);
        Assert.Contains("a/two@2", failure.RecommendedAction, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<OrderGroup>> ResolveAsync(BuildpackSelection? selection)
    {
        await using var added = new AddedModules(TestModuleSources.Offline(), NullLogger.Instance);
        return await added.ResolveAsync(selection!, Builder, new ApiVersion(0, 12), CancellationToken.None);
    }

    private static BuildpackSelection? Read(string list = "", string before = "", string after = "") => BuildpackSelection.Read(new BuildRequest
    {
        ImageName = "image", Path = "/", Buildpacks = Split(list), PreBuildpacks = Split(before), PostBuildpacks = Split(after),
    });

    private static string[] Split(string list) => list.Split(", ", StringSplitOptions.RemoveEmptyEntries);

    private static OrderGroup Group(params OrderEntry[] entries) => new() { Group = entries };

    private static Dictionary<string, ModuleLayer> Versions(params string[] versions) => versions.ToDictionary(version => version, _ => new ModuleLayer());

    private static string Show(IReadOnlyList<OrderGroup> order) =>
        string.Join(" | ", order.Select(group => string.Join(' ', group.Group.Select(entry => entry + (entry.Optional ? "?" : "")))));
}
