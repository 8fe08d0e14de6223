using Buildpacks.Lifecycle.Variables;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Variables;

public sealed class EnvironmentFilesTests : IDisposable
{
    private readonly TestFolder folder = new("env");

    public void Dispose() => folder.Dispose();

    /// <summary>Files are written <c>name=content name=content</c>; the variable is V.</summary>
    [Theory]
    [InlineData("V=new", null, "new")]
    [InlineData("V=new", "old", "new")]
    [InlineData("V.override=new", "old", "new")]
    [InlineData("V.append=new", null, "new")]
    [InlineData("V.append=new", "old", "oldnew")]
    [InlineData("V.append=new V.delim=:", "old", "old:new")]
    [InlineData("V.append=new V.delim=:", null, "new")]
    [InlineData("V.prepend=new", "old", "newold")]
    [InlineData("V.prepend=new V.delim=;;", "old", "new;;old")]
    [InlineData("V.prepend=new V.delim=:", "", "new")]
    [InlineData("V.default=new", null, "new")]
    [InlineData("V.default=new", "", "new")]
    [InlineData("V.default=new", "old", "old")]
    [InlineData("V.append=b V.prepend=a V.delim=-", "x", "a-x-b")]
    [InlineData("V.append=b V.override=o V.delim=-", "x", "o")]
    [InlineData("V.unknown=new", "old", "old")]
    [InlineData("V.delim=:", "old", "old")]
    [InlineData("V.append.x=new", "old", "old")]
    [InlineData("W=new", "old", "old")]
    public void The_suffix_says_what_happens_to_the_variable(string files, string? before, string? after)
    {
        foreach (var file in files.Split(' '))
        {
            folder.File("env/" + file.Split('=')[0], file.Split('=')[1]);
        }

        var variables = new Dictionary<string, string>();
        if (before is not null)
        {
            variables["V"] = before;
        }

        EnvironmentFiles.Apply(variables, folder["env"], EnvironmentFiles.Unsuffixed.Override);

        Assert.Equal(after, variables.GetValueOrDefault("V"));
    }

    [Theory]
    [InlineData(null, "new")]
    [InlineData("", "new")]
    [InlineData("old", "old")]
    public void The_operators_files_without_a_suffix_are_defaults(string? before, string after)
    {
        folder.File("env/V", "new");
        var variables = new Dictionary<string, string>();
        if (before is not null)
        {
            variables["V"] = before;
        }

        EnvironmentFiles.Apply(variables, folder["env"], EnvironmentFiles.Unsuffixed.Default);

        Assert.Equal(after, variables["V"]);
    }

    [Fact]
    public void Contents_are_taken_as_they_are_and_folders_are_passed_over()
    {
        folder.File("env/V", " a\n$HOME `id`\n");
        folder.File("env/web/V", "for web only");

        Assert.Equal([("V", " a\n$HOME `id`\n")], EnvironmentFiles.Read(folder["env"]));
    }

    [Fact]
    public void A_folder_that_does_not_exist_changes_nothing()
    {
        var variables = new Dictionary<string, string> { ["V"] = "old" };

        EnvironmentFiles.Apply(variables, folder["none"], EnvironmentFiles.Unsuffixed.Override);

        Assert.Equal("old", Assert.Single(variables).Value);
    }
}
