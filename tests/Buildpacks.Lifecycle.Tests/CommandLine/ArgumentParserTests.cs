using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.Tests.CommandLine;

public sealed class ArgumentParserTests
{
    private static readonly IReadOnlyList<Option> Some =
    [
        Options.App, Options.Daemon, Options.Tag, Options.UserId, Options.LayersDirectory, Options.Group, Options.Order,
        Options.InsecureRegistry, Options.ProcessType, Options.Run,
    ];

    [Theory]
    [InlineData("-app /a")]
    [InlineData("--app /a")]
    [InlineData("-app=/a")]
    [InlineData("--app=/a")]
    [InlineData("-app /b -app /a")]
    [InlineData("-app /x/../a")]
    public void A_flag_has_its_value_after_a_space_or_an_equals_sign(string line) =>
        Assert.Equal("/a", Parse(line).Get(Options.App));

    [Theory]
    [InlineData("", false)]
    [InlineData("-daemon", true)]
    [InlineData("-daemon=true", true)]
    [InlineData("-daemon=false", false)]
    [InlineData("-daemon=0", false)]
    [InlineData("--daemon=T", true)]
    public void A_switch_stands_alone_or_says_true_or_false(string line, bool on) =>
        Assert.Equal(on, Parse(line).IsOn(Options.Daemon));

    [Theory]
    [InlineData("-daemon image", "image")]
    [InlineData("-app /a one two", "one two")]
    [InlineData("one -app /a", "one -app /a")]
    [InlineData("-daemon -- -app x", "-app x")]
    [InlineData("-app /a - x", "- x")]
    public void The_first_argument_that_is_no_flag_ends_the_flags(string line, string positional) =>
        Assert.Equal(positional, string.Join(' ', Parse(line).Positional));

    [Fact]
    public void A_flag_may_be_repeated_when_it_is_a_list() =>
        Assert.Equal(["a", "b"], Parse("-tag a -tag=b").List(Options.Tag));

    [Fact]
    public void A_lists_variable_is_parted_by_commas_and_flags_win()
    {
        Assert.Equal(["r1", "r2"], Parse("", ("CNB_INSECURE_REGISTRIES", "r1,r2")).List(Options.InsecureRegistry));
        Assert.Equal(["r3"], Parse("-insecure-registry r3", ("CNB_INSECURE_REGISTRIES", "r1,r2")).List(Options.InsecureRegistry));
        Assert.Empty(Parse("").List(Options.InsecureRegistry));
    }

    [Fact]
    public void A_flag_wins_over_its_variable_and_a_variable_over_the_default()
    {
        Assert.Equal("/workspace", Parse("").Get(Options.App));
        Assert.Equal("/env", Parse("", ("CNB_APP_DIR", "/env")).Get(Options.App));
        Assert.Equal("/flag", Parse("-app /flag", ("CNB_APP_DIR", "/env")).Get(Options.App));
        Assert.Equal("/workspace", Parse("", ("CNB_APP_DIR", "")).Get(Options.App));
    }

    [Fact]
    public void Files_in_the_layers_folder_follow_it()
    {
        Assert.Equal("/layers/group.toml", Parse("").Get(Options.Group));
        Assert.Equal("/l/group.toml", Parse("-layers /l").Get(Options.Group));
        Assert.Equal("/e/group.toml", Parse("", ("CNB_LAYERS_DIR", "/e")).Get(Options.Group));
        Assert.Equal("/own", Parse("-layers /l", ("CNB_GROUP_PATH", "/own")).Get(Options.Group));
    }

    [Fact]
    public void The_order_comes_from_the_layers_folder_when_it_is_there_and_else_from_the_builder()
    {
        var layers = Directory.CreateTempSubdirectory();
        try
        {
            Assert.Equal("/cnb/order.toml", Parse($"-layers {layers.FullName}").Get(Options.Order));
            File.WriteAllText(Path.Combine(layers.FullName, "order.toml"), "");
            Assert.Equal(Path.Combine(layers.FullName, "order.toml"), Parse($"-layers {layers.FullName}").Get(Options.Order));
        }
        finally
        {
            layers.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("-nonsense x", "flag provided but not defined: -nonsense")]
    [InlineData("---app x", "flag provided but not defined: --app")]
    [InlineData("-app", "flag needs an argument: -app")]
    public void A_flag_that_is_not_taken_fails_with_code_2(string line, string said)
    {
        var failure = Assert.Throws<LifecycleException>(() => Parse(line));

        Assert.Equal(2, failure.ExitCode);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_without_a_valid_value_fails_with_code_2_and_such_a_variable_counts_as_nothing()
    {
        var number = Assert.Throws<LifecycleException>(() => Parse("-uid x").Number(Options.UserId));
        var flag = Assert.Throws<LifecycleException>(() => Parse("-daemon=yes").IsOn(Options.Daemon));

        Assert.Equal((2, "invalid value \"x\" for flag -uid: parse error"), (number.ExitCode, number.Message));
        Assert.Equal((2, "invalid boolean value \"yes\" for -daemon"), (flag.ExitCode, flag.Message));
        Assert.Equal(0, Parse("", ("CNB_USER_ID", "x")).Number(Options.UserId));
        Assert.False(Parse("", ("CNB_USE_DAEMON", "yes")).IsOn(Options.Daemon));
        Assert.Equal(1000, Parse("-uid 1000").Number(Options.UserId));
        Assert.Null(Parse("").Number(Options.UserId));
    }

    [Fact]
    public void A_flag_of_another_platform_api_is_refused()
    {
        var failure = Assert.Throws<LifecycleException>(
            () => ArgumentParser.Parse("exporter", Some, ["-run", "/run.toml"], new Dictionary<string, string>(), new ApiVersion(0, 11)));

        Assert.Equal(2, failure.ExitCode);
        Assert.Contains("flag provided but not defined: -run; with platform API 0.11", failure.Message, StringComparison.Ordinal);
    }

    private static Arguments Parse(string line, params (string Name, string Value)[] environment) => ArgumentParser.Parse(
        "creator", Some, line.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        environment.ToDictionary(variable => variable.Name, variable => variable.Value), new ApiVersion(0, 15));
}
