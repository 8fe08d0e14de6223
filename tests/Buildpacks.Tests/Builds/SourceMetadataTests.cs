using Buildpacks.Builds.Apps;
using Buildpacks.Descriptors;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Builds;

/// <summary>What is said of an app's source, as pack says it with experimental features.</summary>
public sealed class SourceMetadataTests : IDisposable
{
    private static readonly PackConfig Experimental = new() { Path = "", Experimental = true };

    private readonly TestFolder _folder = new("source");

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task A_repository_is_named_by_commit_branch_tags_and_address()
    {
        var repository = await GitRepository.CreateAsync(_folder["app"]);
        var first = await repository.CommitAsync("app.txt", "one");
        var plain = await FindAsync();
        await repository.RunAsync("tag", "light");
        await repository.RunAsync("tag", "--annotate", "--message", "x", "v1");
        var tagged = await FindAsync();
        await repository.RunAsync("checkout", "--quiet", "-b", "feature/x");
        var second = await repository.CommitAsync("app.txt", "two");
        await repository.RunAsync("remote", "add", "upstream", "https://u@example.com/up.git");
        await repository.RunAsync("remote", "add", "origin", "https://me:secret@example.com/web.git");
        var later = await FindAsync();

        Assert.Equal(Text(first, first, "\"main\"", ""), plain!.Text);
        Assert.Equal(Text(first, "v1", "\"main\", \"v1\", \"light\"", ""), tagged!.Text);
        Assert.Equal(Text(second, $"v1-1-g{second}", "\"feature/x\"", "https://example.com/web.git"), later!.Text);
        Assert.Null(await SourceMetadata.FindAsync(null, _folder["app"], tar: null, Experimental with { Experimental = null }, NullLogger.Instance, default));
        Assert.Null(await SourceMetadata.FindAsync(null, _folder.Folder("app/below"), tar: null, Experimental, NullLogger.Instance, default));
    }

    [Fact]
    public async Task A_descriptor_that_says_it_is_believed()
    {
        var descriptor = ProjectDescriptorReader.Parse("project.toml", "[project]\nversion = '1.2'\nsource-url = 'https://example.com'\n");

        var found = await SourceMetadata.FindAsync(descriptor, _folder.Path, tar: null, Experimental, NullLogger.Instance, default);

        Assert.Equal("[source]\ntype = \"project\"\n[source.version]\ndeclared = \"1.2\"\n[source.metadata]\nurl = \"https://example.com\"\n", found!.Text);
    }

    [LinuxFact]
    public async Task A_repository_that_git_cannot_read_is_none()
    {
        _folder.File("app/.git", "gitdir: /nowhere");

        Assert.Null(await FindAsync());
    }

    private Task<SourceMetadata?> FindAsync() => SourceMetadata.FindAsync(null, _folder["app"], tar: null, Experimental, NullLogger.Instance, default);

    private static string Text(string commit, string describe, string references, string url) =>
        $"[source]\ntype = \"git\"\n[source.version]\ncommit = \"{commit}\"\ndescribe = \"{describe}\"\n[source.metadata]\nrefs = [{references}]\nurl = \"{url}\"\n";
}
