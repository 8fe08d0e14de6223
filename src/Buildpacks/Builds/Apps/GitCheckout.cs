using System.Text.RegularExpressions;
using Buildpacks.Configuration;
using Buildpacks.Configuration.Toml;
using Buildpacks.Git;
using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>Where an app's source code comes from, for the label of the image.</summary>
/// <param name="Repository">The repository's URL.</param>
/// <param name="Commit">The commit's full id.</param>
/// <param name="Reference">The branch, tag or commit that was asked for; <see langword="null"/> for the default branch.</param>
internal sealed record AppOrigin(string Repository, string Commit, string? Reference)
{
    /// <summary>project-metadata.toml of the platform specification, in the form that pack gives it for a repository.</summary>
    public string ToProjectMetadata() =>
        $"[source]\ntype = \"git\"\n[source.version]\ncommit = {TomlText.Quote(Commit)}\n[source.metadata]\nurl = {TomlText.Quote(Repository)}\n"
        + (Reference is null ? "" : $"refs = [{TomlText.Quote(Reference)}]\n");
}

/// <summary>
/// The files of one commit of a git repository, in a temporary folder. The folder is removed when this is disposed; what a killed process
/// leaves is removed with the next build.
/// </summary>
internal sealed partial class GitCheckout : IDisposable
{
    private readonly string _root;

    private GitCheckout(string root, string folder, AppOrigin origin) => (_root, Folder, Origin) = (root, folder, origin);

    /// <summary>The app's folder.</summary>
    public string Folder { get; }

    /// <summary>Where it comes from.</summary>
    public AppOrigin Origin { get; }

    /// <summary>Fetches a commit. Only this commit is transferred, if the server allows that; submodules come with it.</summary>
    /// <param name="address">The app.</param>
    /// <param name="logger">Is told which commit it is.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="PackException"><c>GitNotFound</c>, <c>AppGitFailed</c>, <c>AppPathNotFound</c>.</exception>
    public static async Task<GitCheckout> FetchAsync(GitAddress address, ILogger logger, CancellationToken cancellationToken)
    {
        var git = GitProgram.Find(EngineEnvironment.Current(), "The app is in a git repository", "download the app and specify its folder with -Path");
        var root = OwnedPath.New(Path.GetTempPath());
        CreatePrivate(root);
        try
        {
            var commit = await FetchAsync(git, address, root, logger, cancellationToken).ConfigureAwait(false);
            var folder = address.Folder is { } below ? Inside(root, below) : root;
            if (!Directory.Exists(folder))
            {
                throw new PackException(PackErrorIds.AppPathNotFound, PackErrorKind.NotFound, $"The commit {commit} of {address.Repository} has no folder '{address.Folder}'.")
                {
                    Target = address.Folder,
                    RecommendedAction = "Correct the folder behind the colon in -Path.",
                };
            }

            RemoveRepositories(root);
            logger.LogInformation("Using commit {Commit} of {Repository}.", commit, address.Repository);
            return new GitCheckout(root, folder, new AppOrigin(address.Repository, commit, address.Reference));
        }
        catch (GitException failure)
        {
            Remove(root);
            throw new PackException(
                PackErrorIds.AppGitFailed, PackErrorKind.Failed,
                $"The app cannot be fetched from {address.Repository}{(address.Reference is { } reference ? $" at '{reference}'" : "")}: {failure.Message}.", failure)
            {
                Target = address.Repository,
                RecommendedAction = "Check that 'git ls-remote' works with this repository without a question, and that the branch, tag or commit exists.",
            };
        }
        catch
        {
            Remove(root);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Remove(_root);

    private static async Task<string> FetchAsync(GitProgram git, GitAddress address, string root, ILogger logger, CancellationToken cancellationToken)
    {
        await RunAsync("init", "--quiet").ConfigureAwait(false);
        await RunAsync("remote", "add", "--", "origin", address.Repository).ConfigureAwait(false);
        var commit = "FETCH_HEAD";
        try
        {
            await RunAsync("fetch", "--quiet", "--depth", "1", "--no-tags", "--no-recurse-submodules", "--", "origin", address.Reference ?? "HEAD").ConfigureAwait(false);
        }
        catch (GitException failure) when (address.Reference is { } reference && CommitPattern().IsMatch(reference))
        {
            // Servers need not give out a commit by its id, and know no short one.
            logger.LogDebug("The commit cannot be fetched alone ({Reason}): all branches and tags are fetched.", failure.Message);
            await RunAsync(
                "fetch", "--quiet", "--no-recurse-submodules", "--", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*").ConfigureAwait(false);
            commit = reference;
        }

        var id = await RunAsync("rev-parse", "--verify", "--end-of-options", commit + "^{commit}").ConfigureAwait(false);
        await RunAsync("checkout", "--quiet", "--detach", id).ConfigureAwait(false);
        if (File.Exists(Path.Combine(root, ".gitmodules")))
        {
            await RunAsync("submodule", "--quiet", "update", "--init", "--recursive", "--depth", "1").ConfigureAwait(false);
        }

        return id;

        Task<string> RunAsync(params string[] arguments) => git.RunAsync(root, arguments, cancellationToken);
    }

    /// <summary>The app's folder. A link in the repository could lead out of it.</summary>
    private static string Inside(string root, string below)
    {
        var path = root;
        foreach (var segment in below.Split('/'))
        {
            path = Path.Combine(path, segment);
            if (new DirectoryInfo(path).LinkTarget is not null)
            {
                throw new PackException(PackErrorIds.AppPathNotFound, PackErrorKind.NotFound, $"'{below}' is or contains a symbolic link in the repository; an app's folder there is a folder.")
                {
                    Target = below,
                    RecommendedAction = "Specify the folder that the link points to.",
                };
            }
        }

        return path;
    }

    /// <summary>git's own files differ with every fetch; the image would change with them.</summary>
    private static void RemoveRepositories(string root)
    {
        Remove(Path.Combine(root, ".git"));
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (var file in Directory.EnumerateFiles(root, ".git", options).ToList())
        {
            File.Delete(file);
        }
    }

    private static void CreatePrivate(string folder)
    {
        try
        {
            OwnerOnlyFile.CreateFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.TemporaryFailed(folder, exception);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows() && Directory.Exists(folder))
            {
                // git's objects are read-only, and Windows removes no such file.
                foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
                {
                    file.Attributes = FileAttributes.Normal;
                }
            }

            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next build removes it.
        }
    }

    [GeneratedRegex("^[0-9a-fA-F]{7,64}$")]
    private static partial Regex CommitPattern();
}
