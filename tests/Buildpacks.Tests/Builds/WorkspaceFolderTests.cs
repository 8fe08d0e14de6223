using Buildpacks.Builds.Phases;

namespace Buildpacks.Tests.Builds;

public sealed class WorkspaceFolderTests
{
    [Theory]
    [InlineData(null, "/workspace")]
    [InlineData("app", "/app")]
    [InlineData("/app/", "/app")]
    [InlineData("srv//my app", "/srv/my app")]
    [InlineData("/cnb2", "/cnb2")]
    public void A_folder_is_a_name_or_a_path(string? text, string expected) => Assert.Equal(expected, WorkspaceFolder.Read(text));

    [Theory]
    [InlineData("/")]
    [InlineData("../app")]
    [InlineData("/app/./x")]
    [InlineData("a\0b")]
    [InlineData(@"C:\app")]
    [InlineData("cnb")]
    [InlineData("/layers/app")]
    [InlineData("/platform")]
    [InlineData("/proc/self")]
    public void What_the_build_uses_is_refused(string text)
    {
        var failure = Assert.Throws<PackException>(() => WorkspaceFolder.Read(text));

        Assert.Equal(("WorkspaceInvalid", text), (failure.ErrorId, failure.Target));
    }
}
