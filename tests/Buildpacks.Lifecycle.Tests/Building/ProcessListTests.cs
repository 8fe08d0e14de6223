using Buildpacks.Lifecycle.Building;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Tests.Building;

public sealed class ProcessListTests
{
    /// <summary>Buildpacks parted by semicolons, their processes by spaces; <c>*</c> marks a default.</summary>
    [Theory]
    [InlineData("web", null, "web")]
    [InlineData("web*", "web", "web")]
    [InlineData("web* worker", "web", "web worker")]
    [InlineData("worker; web*", "web", "web worker")]
    [InlineData("web*; worker*", "worker", "web worker")]
    [InlineData("web*; web", null, "web")]
    [InlineData("web*; web; worker*", "worker", "web worker")]
    [InlineData("web; web*", "web", "web")]
    [InlineData("z; a; m*", "m", "a m z")]
    public void The_last_default_counts_unless_its_type_is_redefined(string contributions, string? expected, string types)
    {
        var list = new ProcessList();
        foreach (var contribution in contributions.Split("; "))
        {
            list.Add(contribution.Split(' ').Select(text => new LaunchProcess(text.TrimEnd('*'), ["run"]) { Default = text.EndsWith('*') }));
        }

        Assert.Equal(expected, list.DefaultType);
        Assert.Equal(types, string.Join(' ', list.Sorted.Select(process => process.Type)));
        Assert.DoesNotContain(list.Sorted, process => process.Default);
    }

    [Fact]
    public void A_redefinition_that_takes_the_default_away_is_reported()
    {
        var list = new ProcessList();
        Assert.Empty(list.Add([new LaunchProcess("web", ["one"]) { Default = true }]));
        Assert.Equal(["web"], list.Add([new LaunchProcess("web", ["two"])]));
        Assert.Equal(["two"], list.Sorted[0].Command);
    }
}
