using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Building;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Tests.Support;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Building;

public sealed class LaunchTomlTests : IDisposable
{
    private readonly TestFolder folder = new("launch");
    private readonly RecordingLog log = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("0.7", "command = \"run it\"", "run it", false)]
    [InlineData("0.8", "command = \"run it\"\ndirect = true", "run it", true)]
    [InlineData("0.8", "command = \"run\"\ndirect = false", "run", false)]
    [InlineData("0.9", "command = [\"run\", \"it\"]", "run|it", true)]
    [InlineData("0.12", "command = [\"run\"]", "run", true)]
    public void A_command_is_a_string_before_buildpack_api_9_and_a_list_from_then_on(string api, string toml, string command, bool direct)
    {
        var process = Assert.Single(Read($"[[processes]]\ntype = \"web\"\n{toml}\nargs = [\"a\"]\n", api).Processes);

        Assert.Equal(command, string.Join('|', process.Command));
        Assert.Equal(direct, process.Direct);
        Assert.Equal(["a"], process.Args);
        Assert.Equal("team/bp", process.BuildpackId);
    }

    [Theory]
    [InlineData("0.9", "[[processes]]\ntype = \"web\"\ncommand = \"run\"", "'command' must be an array of strings")]
    [InlineData("0.8", "[[processes]]\ntype = \"web\"\ncommand = [\"run\"]", "'command' must be a string")]
    [InlineData("0.9", "[[processes]]\ntype = \"web\"\ncommand = [\"run\"]\ndirect = true", "process.direct is not supported")]
    [InlineData("0.9", "[[processes]]\ntype = \"web\"", "'command' is missing")]
    [InlineData("0.9", "[[processes]]\ntype = \"web\"\ncommand = []", "'command' is missing")]
    [InlineData("0.9", "[[processes]]\ncommand = [\"run\"]", "'type' is missing")]
    [InlineData("0.9", "[[processes]]\ntype = \"we/b\"\ncommand = [\"run\"]", "'we/b'")]
    [InlineData("0.9", "[[processes]]\ntype = \"a\"\ncommand = [\"x\"]\ndefault = true\n[[processes]]\ntype = \"b\"\ncommand = [\"x\"]\ndefault = true", "multiple default process types")]
    [InlineData("0.9", "[[labels]]\nvalue = \"x\"", "'key' is missing")]
    [InlineData("0.9", "[[slices]]\npaths = \"x\"", "'paths' must be an array of strings")]
    public void What_breaks_a_rule_is_named_with_its_file(string api, string toml, string said)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(toml, api));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder["launch.toml"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.7", null)]
    [InlineData("0.8", "/srv")]
    public void A_working_folder_counts_from_buildpack_api_8_on(string api, string? expected)
    {
        var process = Assert.Single(Read("[[processes]]\ntype = \"web\"\ncommand = \"run\"\nworking-dir = \"/srv\"", api).Processes);

        Assert.Equal(expected, process.WorkingDirectory);
        Assert.Equal(expected is null, log.Text.Contains("Ignoring working directory", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_slices_and_execution_environments_are_read()
    {
        var launch = Read(
            "[[labels]]\nkey = \"k\"\nvalue = \"v\"\n[[slices]]\npaths = [\"a/*\", \"b\"]\n[[slices]]\npaths = []\n[[processes]]\ntype = \"t\"\ncommand = [\"x\"]\nexec-env = [\"test\"]\n",
            "0.12");

        Assert.Equal([KeyValuePair.Create("k", "v")], launch.Labels);
        Assert.Equal([["a/*", "b"], []], launch.Slices);
        Assert.Equal(["test"], launch.Processes[0].ExecutionEnvironments);
    }

    [Fact]
    public void The_legacy_bill_of_materials_is_kept_with_its_buildpack_and_a_warning()
    {
        var launch = Read("[[bom]]\nname = \"x\"\n[bom.metadata]\nversion = \"2\"\n", "0.7");

        Assert.Contains("BOM table is deprecated in this buildpack api version", log.Text, StringComparison.Ordinal);
        Assert.Equal(
            "[{\"name\":\"x\",\"metadata\":{\"version\":\"2\"},\"buildpack\":{\"id\":\"team/bp\",\"version\":\"1\"}}]\n",
            LegacyBomEntry.ToFile(launch.Bom));
        Assert.Throws<InvalidDataException>(() => Read("[[bom]]\nname = \"x\"\nversion = \"2\"\n", "0.7"));
    }

    [Fact]
    public void A_type_that_is_there_twice_is_warned_of()
    {
        Read("[[processes]]\ntype = \"web\"\ncommand = [\"a\"]\n[[processes]]\ntype = \"web\"\ncommand = [\"b\"]\n", "0.9");

        Assert.Contains("'web' is there 2 times", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_means_nothing() =>
        Assert.Empty(LaunchToml.ReadIfExists(folder["none.toml"], new GroupElement("bp", "1"), new ApiVersion(0, 9), log).Processes);

    private LaunchToml Read(string toml, string api) =>
        LaunchToml.ReadIfExists(folder.File("launch.toml", toml), new GroupElement("team/bp", "1"), ApiVersion.Parse(api), log);
}
