using Buildpacks.Descriptors;

namespace Buildpacks.Tests.Descriptors;

public sealed class ProjectDescriptorTests
{
    [Fact]
    public void The_schema_0_1_is_read()
    {
        var project = Parse("""
            [project]
            id = "me.app"
            name = "App"
            version = "1.0"
            authors = ["me"]
            documentation-url = "https://example.com"
            source-url = "https://example.com"
            [[project.licenses]]
            type = "MIT"
            [build]
            builder = "test/builder"
            exclude = ["*.log", "!keep.log"]
            [[build.buildpacks]]
            id = "a/one"
            version = "1"
            [[build.buildpacks]]
            uri = "https://example.com/a.tgz"
            [[build.env]]
            name = "A"
            value = "1"
            [metadata]
            any = "thing"
            """);

        Assert.Empty(project.Warnings);
        Assert.Equal(("0.1", "test/builder"), (project.SchemaVersion, project.Builder));
        Assert.Equal(["*.log", "!keep.log"], project.Exclude);
        Assert.Equal(["a/one@1 ", "@ https://example.com/a.tgz"], project.Group.Buildpacks.Select(buildpack => $"{buildpack.Id}@{buildpack.Version} {buildpack.Uri}"));
        Assert.Equal([("A", "1")], project.Environment.Select(variable => (variable.Name, variable.Value)));
    }

    [Fact]
    public void The_schemas_0_2_and_0_3_are_read()
    {
        const string text = """
            [_]
            schema-version = "0.2"
            id = "me.app"
            name = "App"
            version = "1.0"
            authors = ["me"]
            documentation-url = "x"
            source-url = "x"
            [[_.licenses]]
            type = "MIT"
            [_.metadata]
            any = "thing"
            [com.example]
            mine = true
            [io.example]
            mine = true
            [io.buildpacks]
            builder = "test/builder"
            include = ["/src"]
            [[io.buildpacks.group]]
            id = "a/one"
            [[io.buildpacks.group]]
            id = "me/inline"
            [io.buildpacks.group.script]
            api = "0.10"
            inline = "echo"
            shell = "/bin/bash"
            [[io.buildpacks.pre.group]]
            id = "a/first"
            [[io.buildpacks.post.group]]
            uri = "urn:cnb:builder:a/last"
            [[io.buildpacks.env.build]]
            name = "OLDER"
            value = "2"
            [[io.buildpacks.build.env]]
            name = "A"
            value = "1"
            """;
        var project = Parse(text);
        var newer = Parse(text.Replace("\"0.2\"", "\"0.3\"", StringComparison.Ordinal) + "\nexec-env = [\"test\"]\n");

        Assert.Empty(project.Warnings);
        Assert.Empty(newer.Warnings);
        Assert.Equal(("0.2", "0.3", "test/builder"), (project.SchemaVersion, newer.SchemaVersion, project.Builder));
        Assert.Equal(["/src"], project.Include);
        Assert.Equal(["io.buildpacks.group[0] False", "io.buildpacks.group[1] True"], project.Group.Buildpacks.Select(buildpack => $"{buildpack.Key} {buildpack.Script is not null}"));
        Assert.Equal("a/first", Assert.Single(project.Pre.Buildpacks).Id);
        Assert.Equal("urn:cnb:builder:a/last", Assert.Single(project.Post.Buildpacks).Uri);
        Assert.Equal(["OLDER=2", "A=1"], project.Environment.Select(variable => $"{variable.Name}={variable.Value}"));
        Assert.Equal(["test"], newer.Environment[^1].ExecEnv);
    }

    [Theory]
    [InlineData("[build]\nbuidler = 'x'\n", "line 2: unknown key 'build.buidler'")]
    [InlineData("[biuld]\nbuilder = 'x'\n", "unknown key 'biuld'")]
    [InlineData("[_]\nschema-version = '0.2'\n[build]\nbuilder = 'x'\n", "unknown key 'build'")]
    [InlineData("[_]\nschema-version = '0.2'\ncolour = 'red'\n", "line 3: unknown key '_.colour'")]
    [InlineData("[_]\nschema-version = '0.2'\n[io.buildpacks]\ninlcude = []\n", "line 4: unknown key 'io.buildpacks.inlcude'")]
    [InlineData("[_]\nschema-version = '0.2'\n[[io.buildpacks.group]]\nid = 'a'\nexec-env = ['test']\n", "line 5: unknown key 'io.buildpacks.group[0].exec-env'")]
    [InlineData("[io.buildpacks]\nbuilder = 'x'\n", "unknown key 'io'")]
    public void Unknown_keys_are_warnings_that_name_them(string text, string warning)
    {
        var warnings = Parse(text).Warnings;

        Assert.Contains(warning, Assert.Single(warnings).Replace(", line", ": line", StringComparison.Ordinal).Replace("project.toml: ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("is ignored", warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[_]\nschema-version = '9'\n", "line 2: '_.schema-version' is '9': it must be one of 0.1, 0.2, 0.3")]
    [InlineData("[_]\nschema-version = 2\n", "line 2: '_.schema-version' must be a string")]
    [InlineData("[build]\ninclude = ['a']\nexclude = ['b']\n", "line 3: 'build.exclude' and 'build.include' cannot be combined")]
    [InlineData("[build]\nexclude = 'a'\n", "line 2: 'build.exclude' must be a list of strings")]
    [InlineData("[[build.env]]\nname = 'A B'\n", "line 2: 'build.env[0].name' is 'A B'")]
    [InlineData("[[build.env]]\nvalue = 'A'\n", "'build.env[0].name' is missing")]
    [InlineData("[[build.buildpacks]]\nversion = '1'\n", "'build.buildpacks[0].id' is missing")]
    [InlineData("[[build.buildpacks]]\nuri = 'a'\nversion = '1'\n", "'build.buildpacks[0].version' and 'uri' cannot be combined")]
    [InlineData("[build]\nbuilder = \n", "line 2, column ")]
    public void What_is_wrong_is_an_error_with_its_line(string text, string problem)
    {
        var failure = Assert.Throws<PackException>(() => Parse(text));

        Assert.Equal("ProjectTomlInvalid", failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("/app/project.toml: ", failure.Message, StringComparison.Ordinal);
    }

    private static ProjectDescriptor Parse(string text) => ProjectDescriptorReader.Parse("/app/project.toml", text);
}
