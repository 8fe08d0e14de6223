using System.Net;
using Buildpacks.Builds.Planning;
using Buildpacks.IO;
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

    [Theory]
    [InlineData("A B=value", "'A B'", "a space")]
    [InlineData("D =value", "'D'", "no space between the name and '='")]
    [InlineData("D\t=value", "'D'", "no space between the name and '='")]
    [InlineData("export X=value", "'export X'", "remove 'export' before the name")]
    [InlineData("A\u0001B=value", "", "control character")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----", "", "a space")]
    public void A_name_that_no_program_reads_is_refused_by_name_and_line(string entry, string name, string problem)
    {
        var failure = Assert.Throws<PackException>(() => _environment.Read([entry], []));
        var inFile = Assert.Throws<PackException>(() => _environment.Read([], [_folder.File("env", "# remark\nA=1\n" + entry)]));

        Assert.Equal(("EnvInvalid", "EnvFileInvalid"), (failure.ErrorId, inFile.ErrorId));
        Assert.All([failure, inFile], refused => Assert.Contains(problem, refused.Message, StringComparison.Ordinal));
        Assert.Contains("Line 3", inFile.Message, StringComparison.Ordinal);
        Assert.Contains(name, inFile.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("value", inFile.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", inFile.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_an_equals_sign_is_refused()
    {
        using var secret = new NetworkCredential("", "x").SecurePassword;

        Assert.Contains("'='", Assert.Throws<PackException>(() => _environment.Read([new PackVariable("A=B", secret)], [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A=x\0y", "null character")]
    [InlineData("A=x<half>y", "not valid Unicode")]
    [InlineData("A<half>=x", "not valid Unicode")]
    public void A_value_that_no_variable_can_have_is_refused(string entry, string problem)
    {
        // Half of a surrogate pair does not survive in the attribute.
        var text = entry.Replace("<half>", "\ud800", StringComparison.Ordinal);

        Assert.Contains(problem, Assert.Throws<PackException>(() => _environment.Read([text], [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_with_their_line()
    {
        var file = _folder.File("env", "");
        File.WriteAllBytes(file, [.. "A=1\nB=caf"u8, 0xE9, (byte)'\n']);

        var failure = Assert.Throws<PackException>(() => _environment.Read([], [file]));

        Assert.Equal("EnvFileInvalid", failure.ErrorId);
        Assert.Contains("line 2 is not valid UTF-8", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("caf", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_UTF_16_with_its_mark_is_read()
    {
        var file = _folder.File("env", "");
        File.WriteAllText(file, "A=é\r\n", System.Text.Encoding.Unicode);

        Assert.Equal(["A=é"], Lines(_environment.Read([], [file])));
    }

    [Fact]
    public void The_callers_own_value_that_is_not_UTF_8_is_refused() =>
        Assert.Contains(
            "is not valid UTF-8", Assert.Throws<PackException>(() => new BuildEnvironment(_ => "caf\uFFFD").Read(["MINE"], [])).Message, StringComparison.Ordinal);

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
