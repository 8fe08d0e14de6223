using Buildpacks.Configuration;
using Buildpacks.Configuration.Toml;
using Buildpacks.Descriptors;
using Buildpacks.Git;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// Where an app comes from, for the label <c>io.buildpacks.project.metadata</c>: what its project descriptor says, or the commit of the git
/// repository whose root is the app's folder, or of which git created the app's archive. As with pack, an image has it only when experimental features are on: it is a part of the image's
/// id.
/// </summary>
/// <param name="Text">project-metadata.toml of the platform specification, in the form that pack gives it.</param>
/// <param name="Shown">The most important of it.</param>
/// <param name="IsOfDescriptor">Whether the project descriptor says it.</param>
internal sealed record SourceMetadata(string Text, string Shown, bool IsOfDescriptor)
{
    private const string Heads = "refs/heads/";

    /// <summary>Finds it.</summary>
    /// <param name="descriptor">The project descriptor.</param>
    /// <param name="app">The app's folder or archive.</param>
    /// <param name="tar">The index of the app's tar archive; <see langword="null"/> when it is in no such archive.</param>
    /// <param name="configuration">Says whether experimental features are on.</param>
    /// <param name="logger">Is told why a repository cannot be read.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns><see langword="null"/> for none.</returns>
    public static async Task<SourceMetadata?> FindAsync(
        ProjectDescriptor? descriptor, string app, AppTarIndex? tar, PackConfig configuration, ILogger logger, CancellationToken cancellationToken)
    {
        if (configuration.Experimental != true)
        {
            return null;
        }

        if ((descriptor?.Version ?? descriptor?.SourceUrl) is not null)
        {
            var (version, url) = (descriptor!.Version ?? "", Plain(descriptor.SourceUrl ?? ""));
            return new SourceMetadata(
                $"[source]\ntype = \"project\"\n[source.version]\ndeclared = {TomlText.Quote(version)}\n[source.metadata]\nurl = {TomlText.Quote(url)}\n",
                string.Join(' ', new[] { url, version }.Where(part => part.Length > 0)), IsOfDescriptor: true);
        }

        if (tar is not null)
        {
            return tar.ToProjectMetadata() is { } text ? new SourceMetadata(text, tar.Commit!, IsOfDescriptor: false) : null;
        }

        var repository = Path.Combine(app, ".git");
        if ((!Directory.Exists(repository) && !File.Exists(repository)) || EngineEnvironment.Current().FindProgram("git") is not { } git)
        {
            return null;
        }

        try
        {
            return await OfRepositoryAsync(new GitProgram(git), app, cancellationToken).ConfigureAwait(false);
        }
        catch (GitException failure)
        {
            logger.LogDebug("The git repository of the app cannot be read, so the image has no label about it: {Reason}", failure.Message);
            return null;
        }
    }

    private static async Task<SourceMetadata> OfRepositoryAsync(GitProgram git, string app, CancellationToken cancellationToken)
    {
        var commit = await RunAsync("rev-parse", "--verify", "HEAD^{commit}").ConfigureAwait(false);
        var head = await RunAsync("rev-parse", "--symbolic-full-name", "HEAD").ConfigureAwait(false);
        var branch = head.StartsWith(Heads, StringComparison.Ordinal) ? head[Heads.Length..] : "";
        var tags = Tags(await RunAsync(
            "for-each-ref", "--format=%(objecttype)%09%(objectname)%09%(*objectname)%09%(taggerdate:unix)%09%(refname:strip=2)", "refs/tags").ConfigureAwait(false));
        var branches = Lines(await RunAsync("for-each-ref", "--format=%(objectname)%09%(refname:strip=2)", "refs/heads").ConfigureAwait(false))
            .Select(line => line.Split('\t')).GroupBy(parts => parts[0]).ToDictionary(group => group.Key, group => group.First()[1], StringComparer.Ordinal);
        var describe = tags.Count == 0 ? commit : Describe(
            commit, branch, tags, branches, Lines(await RunAsync("log", "--no-show-signature", "--format=%H", commit).ConfigureAwait(false)));
        string[] references = [branch, .. tags.GetValueOrDefault(commit) ?? []];
        var url = Plain(await UrlAsync().ConfigureAwait(false));
        return new SourceMetadata(
            $"[source]\ntype = \"git\"\n[source.version]\ncommit = {TomlText.Quote(commit)}\ndescribe = {TomlText.Quote(describe)}\n"
            + $"[source.metadata]\nrefs = [{string.Join(", ", references.Select(TomlText.Quote))}]\nurl = {TomlText.Quote(url)}\n",
            string.Join(' ', new[] { url, branch, commit }.Where(part => part.Length > 0)), IsOfDescriptor: false);

        Task<string> RunAsync(params string[] arguments) => git.RunAsync(app, arguments, cancellationToken);

        async Task<string> UrlAsync()
        {
            var remotes = Lines(await RunAsync("remote").ConfigureAwait(false));
            var remote = remotes.Contains("origin") ? "origin" : remotes.FirstOrDefault();
            return remote is null ? "" : Lines(await RunAsync("config", "--get-all", $"remote.{remote}.url").ConfigureAwait(false)).FirstOrDefault() ?? "";
        }
    }

    /// <summary>The tags by commit: annotated ones first, the newest first, then the others by name.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Tags(string text) => Lines(text)
        .Select(line => line.Split('\t')).Where(parts => parts.Length == 5)
        .GroupBy(parts => parts[0] == "tag" ? parts[2] : parts[1])
        .ToDictionary(
            group => group.Key,
            IReadOnlyList<string> (group) =>
            [
                .. group.OrderByDescending(parts => parts[0] == "tag").ThenByDescending(parts => long.TryParse(parts[3], out var time) ? time : 0)
                    .ThenBy(parts => parts[4], StringComparer.Ordinal).Select(parts => parts[4]),
            ],
            StringComparer.Ordinal);

    /// <summary>The next tag at or before a commit, in pack's form: with the distance only when the tag is on another branch.</summary>
    private static string Describe(
        string commit, string branch, Dictionary<string, IReadOnlyList<string>> tags, Dictionary<string, string> branches, IReadOnlyList<string> commits)
    {
        var (current, distance) = (branch, 0);
        foreach (var before in commits)
        {
            current = branches.GetValueOrDefault(before, current);
            if (tags.TryGetValue(before, out var names))
            {
                return branch != current && distance != 0 ? $"{names[0]}-{distance}-g{commit}" : names[0];
            }

            distance++;
        }

        return commit;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>An address without its login: everybody who has the image reads its label.</summary>
    private static string Plain(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 && uri.Scheme is "http" or "https" && url.IndexOf('@', StringComparison.Ordinal) is > 0 and var end
            ? url[..(url.IndexOf("://", StringComparison.Ordinal) + 3)] + url[(end + 1)..]
            : url;
}
