using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Tests.Support;

namespace Buildpacks.Lifecycle.Tests.Detecting;

public sealed class ExtensionDetectionTests : IDisposable
{
    private const string ProvidesNode = """printf '[[provides]]\nname = "node"\n' > $CNB_BUILD_PLAN_PATH""";
    private const string RequiresNode = """printf '[[requires]]\nname = "node"\n' > $CNB_BUILD_PLAN_PATH""";

    private readonly BuildpackLab lab = new();

    public void Dispose() => lab.Dispose();

    /// <summary>Extensions x and y pass, n fails; buildpacks p and q pass, f fails.</summary>
    [Theory]
    [InlineData("x", "p", "x|p")]
    [InlineData("x y", "p q", "x y|p q")]
    [InlineData("n", "p", "|p")]
    [InlineData("n x", "p", "x|p")]
    [InlineData("x,y", "p", "x|p")]
    [InlineData("x", "f,q", "x|q")]
    [InlineData("x", "f", "20")]
    [InlineData("x", "f?", "20")]
    public async Task A_group_of_extensions_comes_before_each_group_of_buildpacks(string extensions, string order, string expected)
    {
        lab.Extension("x");
        lab.Extension("y");
        lab.Extension("n", detect: "exit 100");
        lab.Buildpack("p");
        lab.Buildpack("q");
        lab.Buildpack("f", "exit 100");
        lab.Order(order.Split(','));
        lab.OrderExtensions(extensions.Split(','));

        Assert.Equal(expected, await OutcomeAsync());
    }

    [Fact]
    public async Task An_extension_whose_plan_nobody_requires_is_left_out()
    {
        lab.Extension("x", detect: ProvidesNode);
        lab.Buildpack("p");
        lab.Order("p");
        lab.OrderExtensions("x");

        Assert.Equal("|p", await OutcomeAsync());
    }

    [Fact]
    public async Task Group_and_plan_say_what_is_an_extension()
    {
        lab.Extension("x", detect: "[ -n \"$CNB_EXTENSION_DIR\" ]\n" + ProvidesNode, toml: "homepage = \"https://example.com\"");
        lab.Buildpack("p", RequiresNode);
        lab.Order("p");
        lab.OrderExtensions("x");

        await lab.DetectAsync();

        var group = BuildpackGroup.Read(lab.Folder["layers/group.toml"]);
        var extension = Assert.Single(group.Extensions);
        Assert.Equal(("x", "1.0", "0.10", "https://example.com", true), (extension.Id, extension.Version, extension.Api!, extension.Homepage!, extension.Extension));
        Assert.DoesNotContain("extension = true", File.ReadAllText(lab.Folder["layers/group.toml"]), StringComparison.Ordinal);
        var provider = Assert.Single(Assert.Single(BuildPlan.Read(lab.Folder["layers/plan.toml"]).Entries).Providers);
        Assert.True(provider.Extension);
    }

    [Fact]
    public async Task An_extension_may_have_a_plan_in_the_place_of_a_program()
    {
        var folder = lab.Extension("x", detect: null);
        lab.Folder.File($"{folder}/detect/plan.toml", "[[provides]]\nname = \"node\"\n");
        lab.Buildpack("p", RequiresNode);
        lab.Order("p");
        lab.OrderExtensions("x");

        Assert.Equal("x|p", await OutcomeAsync());
    }

    [Fact]
    public async Task An_extension_that_requires_something_is_left_out_with_an_error()
    {
        lab.Extension("x", detect: RequiresNode);
        lab.Buildpack("p", ProvidesNode + "\n" + RequiresNode.Replace(" > ", " >> ", StringComparison.Ordinal));
        lab.Order("p");
        lab.OrderExtensions("x");

        Assert.Equal("|p", await OutcomeAsync());
        Assert.Contains("extension x outputs \"requires\" which is not allowed", lab.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_that_is_missing_is_an_error()
    {
        lab.Buildpack("p");
        lab.Order("p");
        lab.OrderExtensions("x");

        var error = await Assert.ThrowsAsync<LifecycleException>(lab.DetectAsync);

        Assert.Contains("image extension x@1.0 is not in the builder", error.Message, StringComparison.Ordinal);
    }

    private async Task<string> OutcomeAsync()
    {
        try
        {
            var group = (await lab.DetectAsync()).Group;
            return $"{string.Join(' ', group.Extensions.Select(extension => extension.Id))}|{string.Join(' ', group.Buildpacks.Select(buildpack => buildpack.Id))}";
        }
        catch (LifecycleException e)
        {
            return $"{e.ExitCode}";
        }
    }
}
