using System.Net;
using Buildpacks.Builds.Inputs;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

public sealed class BuildEnvironmentTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly BuildEnvironment _environment = new(name => name == "MINE" ? "my value" : null);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_have_a_value_or_take_the_callers_own()
    {
        var read = _environment.Read(["A=1", "EMPTY=", "MATH=a=b", "MINE", "NOBODYS"], []);

        Assert.Equal(["A=1", "EMPTY=", "MATH=a=b", "MINE=my value"], Lines(read));
    }

    [Fact]
    public void Files_have_comments_and_empty_lines()
    {
        var file = _folder.File("env", "# a remark\n\n  A=1  \nMINE\nB=x # no remark\r\n");

        Assert.Equal(["A=1", "B=x # no remark", "MINE=my value"], Lines(_environment.Read([], [file])));
    }

    [Fact]
    public void Later_files_win_over_earlier_ones_and_parameters_over_files()
    {
        var one = _folder.File("one", "A=1\nB=1\nC=1");
        var two = _folder.File("two", "B=2\nC=2");

        Assert.Equal(["A=1", "B=2", "C=3"], Lines(_environment.Read(["C=3"], [one, two])));
    }

    [Theory]
    [InlineData("=value")]
    [InlineData("../../etc/passwd=x")]
    [InlineData("..=x")]
    [InlineData("a/b=x")]
    [InlineData("")]
    public void A_name_that_cannot_be_a_file_is_refused_without_telling_the_value(string entry)
    {
        var failure = Assert.Throws<PackException>(() => _environment.Read([entry], []));
        var file = _folder.File("env", "A=1\n" + (entry.Length == 0 ? "=" : entry) + "\n");
        var inFile = Assert.Throws<PackException>(() => _environment.Read([], [file]));

        Assert.Equal(("EnvInvalid", "EnvFileInvalid"), (failure.ErrorId, inFile.ErrorId));
        Assert.DoesNotContain("value", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Line 2", inFile.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("passwd", inFile.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_reaches_the_build_and_is_printed_nowhere()
    {
        using var secret = new NetworkCredential("", "the value").SecurePassword;
        var variable = new PackVariable("TOKEN", secret);
        var refused = Assert.Throws<PackException>(() => _environment.Read([new PackVariable("a/b", secret)], []));

        Assert.Equal("the value", _environment.Read(["TOKEN=other", variable], [])["TOKEN"]);
        Assert.Equal("TOKEN=***", variable.ToString());
        Assert.Null(variable.Value);
        Assert.DoesNotContain("value", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_longer_than_a_file_s_is_refused()
    {
        var failure = Assert.Throws<PackException>(() => _environment.Read([new string('é', 128) + "=value"], []));

        Assert.Equal("EnvInvalid", failure.ErrorId);
        Assert.Contains("255 bytes", failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_file_without_end_is_found_out()
    {
        var failure = Assert.Throws<PackException>(() => _environment.Read([], ["/dev/zero"]));

        Assert.Equal(("EnvFileInvalid", "/dev/zero"), (failure.ErrorId, failure.Target));
    }

    [Fact]
    public void A_folder_is_said_to_be_one()
    {
        var failure = Assert.Throws<PackException>(() => _environment.Read([], [_folder.Path]));

        Assert.Equal("EnvFileInvalid", failure.ErrorId);
        Assert.Contains("It is a folder.", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.RecommendedAction!);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var failure = Assert.Throws<PackException>(() => _environment.Read([], [_folder["absent"]]));

        Assert.Equal(("EnvFileNotFound", _folder["absent"]), (failure.ErrorId, failure.Target));
    }

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, string> variables) =>
        variables.Select(variable => $"{variable.Key}={variable.Value}").Order(StringComparer.Ordinal);

    [Fact]
    public void A_name_alone_that_is_not_set_is_told()
    {
        var variables = _environment.Read([new PackVariable("MINE"), new PackVariable("ABSENT")], []);

        Assert.Equal(["MINE"], variables.Keys);
        Assert.Equal(["ABSENT"], _environment.Unset);
    }
}
