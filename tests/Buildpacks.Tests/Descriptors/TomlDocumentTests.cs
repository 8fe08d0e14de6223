using Buildpacks.Configuration.Toml;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Descriptors;

public class TomlDocumentTests
{
    [Theory]
    [InlineData("a = 1\na = 2\n", "line 2: 'a' is a duplicate key")]
    [InlineData("a = 1\n'a' = 2\n", "line 2: 'a' is a duplicate key")]
    [InlineData("[a]\n[a]\n", "line 2: 'a' is a duplicate key")]
    [InlineData("[a.b]\nc = 1\n[a]\n[a.b]\n", "line 4: 'a.b' is a duplicate key")]
    [InlineData("[a]\nb = 1\nb.c = 2\n", "line 3: 'b.c' is a duplicate key")]
    [InlineData("[[a]]\n[a]\n", "line 2: 'a' is a duplicate key")]
    [InlineData("[a]\n[[a]]\n", "line 2: 'a' is a duplicate key")]
    [InlineData("a = [{b = 1}]\n[[a]]\nb = 2\n", "line 2: 'a' is a duplicate key")]
    [InlineData("a = {b = 1}\n[a]\n", "line 2: 'a' is a duplicate key")]
    [InlineData("a = {b = 1}\n[a.c]\n", "line 2: 'a.c' is a duplicate key")]
    [InlineData("a = {b = 1, b = 2}\n", "line 1: 'b' is a duplicate key")]
    [InlineData("a = [[{b = 1}, {b.c = 1, b.c = 2}]]\n", "line 1: 'b.c' is a duplicate key")]
    [InlineData("[a]\nb.c = 1\n[a.b]\nd = 1\n", "line 3: 'a.b' is a duplicate key")]
    public void A_duplicate_key_is_named(string text, string expected)
    {
        var failure = Assert.Throws<PackException>(() => TomlDocument.FromText("x.toml", text, "XTomlInvalid"));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = \"\\UFFFFFFFF\"")]
    [InlineData("a = \"\\ud800\"")]
    public void An_invalid_character_is_refused(string text)
    {
        var failure = Assert.Throws<PackException>(() => TomlDocument.FromText("x.toml", text, "XTomlInvalid"));

        Assert.Equal(("XTomlInvalid", "x.toml"), (failure.ErrorId, failure.Target));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a = ")]
    [InlineData("a.")]
    public void Nesting_without_end_is_refused(string opening)
    {
        var text = (opening == "a." ? "" : "a = ") + string.Concat(Enumerable.Repeat(opening, 100_000)) + "a = 1";

        Assert.Equal("XTomlInvalid", Assert.Throws<PackException>(() => TomlDocument.FromText("x.toml", text, "XTomlInvalid")).ErrorId);
    }

    [LinuxFact]
    public void A_file_without_end_is_refused() => Refuse("/dev/zero", "larger than 1 MB");

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_with_their_line()
    {
        using var folder = new TestFolder("toml");
        var file = folder.File("x.toml", "");
        File.WriteAllBytes(file, [.. "a = 1\nb = 'caf"u8, 0xE9, .. "'\n"u8]);

        Refuse(file, "line 2 is not valid UTF-8");
    }

    private static void Refuse(string file, string problem)
    {
        var failure = Assert.Throws<PackException>(() => TomlDocument.Read(file, "XTomlInvalid"));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.Contains("UTF-8", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[a]]\n[[a.b]]\nc = 1\n[[a]]\nb = [{c = 1}]\n[[a]]\n[[a.b]]\nc = 2\n[[a.b]]\nc = 3\n")]
    [InlineData("[a.b.c]\nx = 1\n[a.b]\nx = 1\n[a]\nx = 1\n")]
    [InlineData("a.b = 1\na.c = 2\n[d]\na.b = 1\n")]
    [InlineData("[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 1\n")]
    [InlineData("a = [{b = 1}, {b = 2}]\nb = 1\n")]
    public void Valid_toml_is_accepted(string text) => TomlDocument.FromText("x.toml", text, "XTomlInvalid");
}
