using System.Text.RegularExpressions;
using Buildpacks.Reporting;

namespace Buildpacks.Builds.Apps;

/// <summary>An app in a git repository: <c>git+https://HOST/PATH[#REFERENCE[:FOLDER]]</c>, as docker and npm write it.</summary>
/// <param name="Repository">The repository's URL, as git takes it.</param>
/// <param name="Reference">A branch, a tag or a commit; <see langword="null"/> for the repository's default branch.</param>
/// <param name="Folder">The folder of the app in the repository, with slashes; <see langword="null"/> for its root.</param>
public sealed partial record GitAddress(string Repository, string? Reference, string? Folder)
{
    private const string Prefix = "git+";

    private static readonly string[] Schemes = ["https", "http", "ssh", "git", "file"];

    /// <summary>The last part of the repository's path, without <c>.git</c>, or of the app's folder in it.</summary>
    public string Name
    {
        get
        {
            var last = (Folder ?? Repository).TrimEnd('/').Split('/')[^1];
            return last.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? last[..^4] : last;
        }
    }

    /// <summary>Whether a path is meant as an app in a git repository.</summary>
    public static bool IsMeant(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && path.Contains("://", StringComparison.Ordinal);
    }

    /// <summary>Whether a path is the address of a repository that lacks the beginning <c>git+</c>.</summary>
    public static bool IsWithoutPrefix(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return WithoutPrefixPattern().IsMatch(path) && !System.IO.Path.Exists(path);
    }

    /// <summary>The failure of an address without the beginning <c>git+</c>.</summary>
    public static PackException WithoutPrefix(string path) => Invalid(path, "the address of a git repository begins with git+");

    /// <summary>Reads an address.</summary>
    /// <exception cref="PackException"><c>AppGitInvalid</c>.</exception>
    public static GitAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (url, fragment) = text.Split('#', 2) is [var before, var after] ? (before, after) : (text, null);
        var repository = url.Length > Prefix.Length ? url[Prefix.Length..] : "";
        if (!Uri.TryCreate(repository, UriKind.Absolute, out var uri) || !Schemes.Contains(uri.Scheme) || uri.AbsolutePath.Length < 2
            || (uri.Host.Length == 0 && uri.Scheme != "file"))
        {
            throw Invalid(WithoutLogin().Replace(text, "://***@"), "it is not git+https://, git+ssh:// or git+file:// with the path of a repository");
        }

        // A user name of a web address is as often a token. A user of ssh is none.
        if (uri.UserInfo.Length > 0 && (uri.Scheme != "ssh" || uri.UserInfo.Contains(':', StringComparison.Ordinal)))
        {
            throw Invalid(WithoutLogin().Replace(text, "://***@"), "it contains a login, which the image's label would show; git's credential helpers and ssh keys give git a login");
        }

        var (reference, folder) = (fragment ?? "").Split(':', 2) is [var first, var second] ? (first, second) : (fragment ?? "", "");
        if (reference.Length > 0 && (!ReferencePattern().IsMatch(reference) || reference.Contains("..", StringComparison.Ordinal)))
        {
            throw Invalid(text, $"'{reference}' is not the name of a branch or a tag, nor a commit");
        }

        var segments = folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Any(segment => segment is "." or ".." or ".git" || segment.Any(char.IsControl) || segment.Contains('\\', StringComparison.Ordinal)))
        {
            throw Invalid(text, $"'{folder}' is not a folder in the repository");
        }

        return new GitAddress(repository, reference.Length == 0 ? null : reference, segments.Length == 0 ? null : string.Join('/', segments));
    }

    private static PackException Invalid(string text, string problem)
    {
        var shown = UrlMask.HidePassword(text);
        return new PackException(PackErrorIds.AppGitInvalid, PackErrorKind.InvalidInput, $"'{shown}' cannot be used as the address of an app: {problem}.")
        {
            Target = shown,
            RecommendedAction = "Write git+https://HOST/REPOSITORY.git#BRANCH-TAG-OR-COMMIT:FOLDER; the part behind # and the folder are optional.",
        };
    }

    [GeneratedRegex(@"^(?:(?:https?|ssh|git)://|git\+[a-z]+:|[\w.-]+@[\w.-]+:)", RegexOptions.IgnoreCase)]
    private static partial Regex WithoutPrefixPattern();

    /// <summary>A login as it is written, which a parser may read in another spelling.</summary>
    [GeneratedRegex("://[^/?#]*@")]
    private static partial Regex WithoutLogin();

    /// <summary>What git takes for a reference, and no option.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./@+-]*$")]
    private static partial Regex ReferencePattern();
}
