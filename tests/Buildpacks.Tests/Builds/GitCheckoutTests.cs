using Buildpacks.Builds.Apps;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Builds;

/// <summary>Commits of real repositories, fetched by the git of this machine.</summary>
public sealed class GitCheckoutTests : IDisposable
{
    private readonly TestFolder _folder = new("git");

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task Branches_tags_and_commits_long_and_short_are_fetched()
    {
        var repository = await GitRepository.CreateAsync(_folder["web"]);
        var first = await repository.CommitAsync("app.txt", "first");
        await repository.RunAsync("tag", "v1");
        await repository.RunAsync("checkout", "--quiet", "-b", "feature/x");
        var second = await repository.CommitAsync("app.txt", "second");
        await repository.RunAsync("checkout", "--quiet", "main");
        var third = await repository.CommitAsync("app.txt", "third");

        foreach (var (reference, commit, text) in new[]
        {
            (null, third, "third"), ("main", third, "third"), ("v1", first, "first"), ("feature/x", second, "second"), (second, second, "second"), (first[..8], first, "first"),
        })
        {
            using var checkout = await FetchAsync(repository, reference);

            Assert.Equal(new AppOrigin(repository.Url, commit!, reference), checkout.Origin);
            Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(checkout.Folder, "app.txt")));
            Assert.Equal(["app.txt"], Directory.GetFileSystemEntries(checkout.Folder).Select(Path.GetFileName));
        }
    }

    [LinuxFact]
    public async Task The_files_are_for_this_user_only_and_go_with_the_checkout()
    {
        var repository = await GitRepository.CreateAsync(_folder["web"]);
        await repository.CommitAsync("apps/shop/app.txt", "shop");
        string folder;
        using (var checkout = await FetchAsync(repository, null, "apps/shop"))
        {
            folder = checkout.Folder;
            Assert.Equal("shop", await File.ReadAllTextAsync(Path.Combine(folder, "app.txt")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetFullPath("../..", folder)));
        }

        Assert.False(Directory.Exists(Path.GetFullPath("../..", folder)));
    }

    [LinuxFact]
    public async Task A_repository_runs_nothing_here()
    {
        var marker = _folder["ran"];
        var repository = await GitRepository.CreateAsync(_folder["web"]);
        await repository.CommitAsync("app.txt", "app");
        _folder.File("web/.gitattributes", "* filter=evil\n");
        _folder.File("web/.gitconfig", $"[filter \"evil\"]\n\tsmudge = touch {marker}\n[core]\n\tfsmonitor = touch {marker}\n\thooksPath = hooks\n");
        _folder.File("web/hooks/post-checkout", $"#!/bin/sh\ntouch {marker}\n");
        File.SetUnixFileMode(_folder["web/hooks/post-checkout"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await repository.CommitAllAsync();
        using (var checkout = await FetchAsync(repository, null))
        {
            Assert.True(File.Exists(Path.Combine(checkout.Folder, "app.txt")));
        }

        _folder.File("web/.gitmodules", $"[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c 'touch {marker}'\n\tupdate = !touch {marker}\n");
        await repository.RunAsync("add", ".gitmodules");
        await repository.RunAsync("update-index", "--add", "--cacheinfo", $"160000,{await repository.RunAsync("rev-parse", "HEAD")},x");
        await repository.RunAsync("commit", "--quiet", "--message", "submodule");

        var failure = await Assert.ThrowsAsync<PackException>(() => FetchAsync(repository, null));

        Assert.Equal(PackErrorIds.AppGitFailed, failure.ErrorId);
        Assert.False(File.Exists(marker));
    }

    [LinuxFact]
    public async Task A_folder_that_leads_out_of_the_repository_is_refused()
    {
        var repository = await GitRepository.CreateAsync(_folder["web"]);
        File.CreateSymbolicLink(_folder["web/out"], "/etc");
        await repository.CommitAllAsync();

        var failure = await Assert.ThrowsAsync<PackException>(() => FetchAsync(repository, null, "out"));

        Assert.Equal("AppPathNotFound", failure.ErrorId);
        Assert.Contains("symbolic link", failure.Message, StringComparison.Ordinal);
    }

    [LinuxTheory]
    [InlineData("nothing", "nothing")]
    [InlineData("deadbeef", "deadbeef")]
    public async Task A_reference_that_does_not_exist_is_named(string reference, string named)
    {
        var repository = await GitRepository.CreateAsync(_folder["web"]);
        await repository.CommitAsync("app.txt", "first");

        var failure = await Assert.ThrowsAsync<PackException>(() => FetchAsync(repository, reference));

        Assert.Equal(("AppGitFailed", repository.Url), (failure.ErrorId, failure.Target));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_repository_that_does_not_exist_is_an_error_in_git_s_words()
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => GitCheckout.FetchAsync(
            GitAddress.Parse($"git+file://{_folder["none"]}"), NullLogger.Instance, CancellationToken.None));

        Assert.Equal("AppGitFailed", failure.ErrorId);
        Assert.Contains("does not appear to be a git repository", failure.Message, StringComparison.Ordinal);
    }

    private static Task<GitCheckout> FetchAsync(GitRepository repository, string? reference, string? folder = null) =>
        GitCheckout.FetchAsync(new GitAddress(repository.Url, reference, folder), NullLogger.Instance, CancellationToken.None);
}
