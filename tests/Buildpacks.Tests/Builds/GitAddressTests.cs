using Buildpacks.Builds.Apps;

namespace Buildpacks.Tests.Builds;

public sealed class GitAddressTests
{
    [Theory]
    [InlineData("git+https://example.com/team/web.git", "https://example.com/team/web.git", null, null, "web")]
    [InlineData("git+https://example.com/team/web.git#v1.2", "https://example.com/team/web.git", "v1.2", null, "web")]
    [InlineData("git+https://example.com/team/web#feature/x:apps/shop/", "https://example.com/team/web", "feature/x", "apps/shop", "shop")]
    [InlineData("git+ssh://git@example.com:2222/web.git#:apps", "ssh://git@example.com:2222/web.git", null, "apps", "apps")]
    [InlineData("GIT+file:///srv/web.git#", "file:///srv/web.git", null, null, "web")]
    public void An_address_has_repository_reference_and_folder(string text, string repository, string? reference, string? folder, string name)
    {
        var address = GitAddress.Parse(text);

        Assert.True(GitAddress.IsMeant(text));
        Assert.Equal(new GitAddress(repository, reference, folder), address);
        Assert.Equal(name, address.Name);
    }

    [Theory]
    [InlineData("git+ext://sh -c whoami")]
    [InlineData("git+ftp://example.com/web.git")]
    [InlineData("git+https:///web.git")]
    [InlineData("git+https://example.com")]
    [InlineData("git+https://example.com/web.git#--upload-pack=x")]
    [InlineData("git+https://example.com/web.git#a..b")]
    [InlineData("git+https://example.com/web.git#main:../other")]
    [InlineData("git+https://example.com/web.git#main:.git/hooks")]
    [InlineData("git+https://example.com/web.git#ma in")]
    public void What_git_would_take_for_something_else_is_refused(string text)
    {
        var failure = Assert.Throws<PackException>(() => GitAddress.Parse(text));

        Assert.Equal(("AppGitInvalid", text), (failure.ErrorId, failure.Target));
        Assert.Contains("git+https://", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("git+https://me:secret@example.com/web.git")]
    [InlineData("git+https://secret@example.com/web.git")]
    [InlineData("git+ssh://me:secret@example.com/web.git")]
    public void A_login_is_refused_and_not_shown(string text)
    {
        var failure = Assert.Throws<PackException>(() => GitAddress.Parse(text));

        Assert.Equal("AppGitInvalid", failure.ErrorId);
        Assert.DoesNotContain("secret", failure.Message + failure.Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/web.git", true)]
    [InlineData("git@example.com:team/web.git", true)]
    [InlineData("git+ext::sh", true)]
    [InlineData("./web", false)]
    [InlineData("C:/web", false)]
    [InlineData("/src/a@b", false)]
    public void An_address_without_its_beginning_is_known(string text, bool expected) => Assert.Equal(expected, GitAddress.IsWithoutPrefix(text));

    [Theory]
    [InlineData("/src/git+https")]
    [InlineData("git+app")]
    [InlineData("https://example.com/web.git")]
    public void A_path_is_no_address(string text) => Assert.False(GitAddress.IsMeant(text));
}
