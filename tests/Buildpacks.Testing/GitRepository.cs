using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing;

/// <summary>A git repository of the tests' own, in a folder.</summary>
public sealed class GitRepository
{
    private static readonly Dictionary<string, string> Identity = new()
    {
        ["GIT_AUTHOR_NAME"] = "tests", ["GIT_AUTHOR_EMAIL"] = "tests@example.com", ["GIT_COMMITTER_NAME"] = "tests", ["GIT_COMMITTER_EMAIL"] = "tests@example.com",
        ["GIT_CONFIG_NOSYSTEM"] = "1", ["GIT_CONFIG_GLOBAL"] = "/dev/null",
    };

    private readonly string _folder;

    private GitRepository(string folder) => _folder = folder;

    /// <summary>The address as git takes it.</summary>
    public string Url => "file://" + _folder;

    /// <summary>Makes an empty repository whose branch is <c>main</c>.</summary>
    public static async Task<GitRepository> CreateAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var repository = new GitRepository(folder);
        await repository.RunAsync("init", "--quiet", "--initial-branch=main");
        return repository;
    }

    /// <summary>Writes a file and commits it.</summary>
    /// <returns>The commit's id.</returns>
    public async Task<string> CommitAsync(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
        return await CommitAllAsync();
    }

    /// <summary>Commits all that has changed.</summary>
    /// <returns>The commit's id.</returns>
    public async Task<string> CommitAllAsync()
    {
        await RunAsync("add", "--all");
        await RunAsync("commit", "--quiet", "--message", "change");
        return await RunAsync("rev-parse", "HEAD");
    }

    /// <summary>Runs git in the repository.</summary>
    /// <returns>Its output without the last line break.</returns>
    public async Task<string> RunAsync(params string[] arguments) =>
        (await ToolRun.RunAsync("git", ["-C", _folder, .. arguments], Identity)).Checked().TrimEnd('\n');
}
