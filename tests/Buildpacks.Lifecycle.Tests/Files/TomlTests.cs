using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Files;

public sealed class TomlTests
{
    [Theory]
    [InlineData("a = 1\n")]
    [InlineData("a = \"x\"\nb = true\nc = 1.5\nd = 2.0\ne = 1979-05-27T07:32:00Z\nf = -9223372036854775808\n")]
    [InlineData("s = \"quote \\\" slash \\\\ line \\n tab \\t bell \\u0007 escape \\u001b é 🙂\"\n")]
    [InlineData("\"we ird.key\" = 1\n\n[\"a.b\"]\n  [\"a.b\".c]\n    d = []\n")]
    [InlineData("mixed = [1, \"two\", [3, {four = 4}]]\n")]
    [InlineData("[[a]]\n  b = 1\n\n  [[a.c]]\n    d = 2\n\n[[a]]\n  b = 3\n  [a.x]\n    y = 4\n\n[e]\n")]
    [InlineData("f = inf\ng = -inf\nh = nan\ni = 1E+300\n")]
    public void What_is_written_is_what_was_read(string text) =>
        Assert.Equal(text, TomlText.Of(TomlFile.Parse(text, "test").Table));

    [Fact]
    public void Keys_come_before_tables_so_that_they_stay_in_their_table() =>
        Assert.Equal("z = 1\n\n[a]\n  b = 2\n", TomlText.Of(TomlFile.Parse("[a]\nb = 2\n", "x").Table.WithAlways("z", 1L)));

    [Fact]
    public void Tables_may_come_in_any_order() =>
        Assert.Equal(2, TomlFile.Parse("[a.x]\nq = 1\n[b]\n[a.y]\nq = 2\n[a]\nz = 3\n", "x").Section("a")!.Section("y")!.Number("q"));

    [Theory]
    [InlineData("t = 1", "'t' must be a string")]
    [InlineData("f = \"true\"", "'f' must be true or false")]
    [InlineData("l = [1]", "'l' must be an array of strings")]
    [InlineData("s = 1", "'s' must be a table")]
    [InlineData("a = [1]", "'a' must be an array of tables")]
    [InlineData("[[a]]\n[[a]]\nn = \"x\"", "file.toml, a 2: 'n' must be a whole number")]
    public void A_value_of_the_wrong_type_is_named_with_its_place(string text, string said)
    {
        var toml = TomlFile.Parse(text, "file.toml");

        var error = Assert.Throws<InvalidDataException>(() =>
        {
            _ = toml.Text("t");
            _ = toml.Flag("f");
            _ = toml.Texts("l");
            _ = toml.Section("s");
            _ = toml.Sections("a").Select(section => section.Number("n")).ToList();
        });

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = ", "line 1: ")]
    [InlineData("\n\nb = \"x", "line 3: ")]
    [InlineData("a = 1\na = 2", "line 2: The key `a` is already defined")]
    public void Text_that_is_no_toml_is_named_with_file_and_line(string text, string said)
    {
        var error = Assert.Throws<InvalidDataException>(() => TomlFile.Parse(text, "file.toml"));

        Assert.StartsWith("file.toml is not valid TOML", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = 1\nb = \"x\"\nc = [true, 1.5]\n\n[d]\ne = [{f = 1}]\n")]
    public void Data_survives_a_label(string text)
    {
        var table = TomlFile.Parse(text, "x").Table;

        Assert.Equal(
            TomlJson.ToJson(table).ToJsonString(),
            TomlJson.ToJson(TomlJson.ToToml(TomlJson.ToJson(table))).ToJsonString());
        Assert.Equal("{\"a\":1,\"b\":\"x\",\"c\":[true,1.5],\"d\":{\"e\":[{\"f\":1}]}}", TomlJson.ToJson(table).ToJsonString());
    }

    [Fact]
    public void A_missing_file_is_nothing_and_a_missing_folder_is_made()
    {
        using var folder = new TestFolder("toml");
        Assert.Null(TomlFile.ReadIfExists(folder["none.toml"]));

        TomlFile.Write(folder["a/b/c.toml"], TomlFile.Parse("x = 1", "x").Table);

        Assert.Equal(1, TomlFile.Read(folder["a/b/c.toml"]).Number("x"));
    }
}
