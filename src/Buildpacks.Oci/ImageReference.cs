using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Buildpacks.Oci;

/// <summary>
/// The name of an image: registry, repository, and a tag or a digest. Short names get docker's defaults:
/// registry <c>docker.io</c>, namespace <c>library</c>, tag <c>latest</c>.
/// </summary>
/// <remarks>Grammar: the distribution specification's reference format (github.com/distribution/reference).</remarks>
public sealed partial record ImageReference
{
    /// <summary>The registry of names without a registry.</summary>
    public const string DefaultRegistry = "docker.io";

    /// <summary>The tag of names without a tag and a digest.</summary>
    public const string DefaultTag = "latest";

    private const int MaximumNameLength = 255;

    private ImageReference(string registry, string repository, string? tag, string? digest, string? spelling)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
        Spelling = spelling ?? ToString();
    }

    /// <summary>The registry's host, with a port when it has one: <c>docker.io</c>, <c>localhost:5000</c>.</summary>
    public string Registry { get; }

    /// <summary>The repository without the registry: <c>library/web</c>.</summary>
    public string Repository { get; }

    /// <summary>The tag; <see langword="null"/> when the name has only a digest.</summary>
    public string? Tag { get; }

    /// <summary>The digest <c>sha256:…</c>; <see langword="null"/> when a tag names the image.</summary>
    public string? Digest { get; }

    /// <summary>
    /// The text that the name was read from: a lifecycle compares names as they are written, and a message names an image as the user wrote it.
    /// The full name of a reference that was made from another one. References of different spellings are equal.
    /// </summary>
    public string Spelling { get; }

    /// <summary>Registry and repository: <c>docker.io/library/web</c>.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>Registry and repository as labels of app images name them: Docker Hub has the name of its index there.</summary>
    public string LabelName => (Registry == DefaultRegistry ? "index." : "") + Name;

    /// <summary>Reads a name.</summary>
    /// <param name="text">Such as <c>web</c>, <c>localhost:5000/team/web:1</c> or <c>web@sha256:…</c>.</param>
    /// <exception cref="FormatException">The text is not an image name; the message says why.</exception>
    public static ImageReference Parse(string text) =>
        TryParse(text, out var reference, out var problem) ? reference : throw new FormatException(problem);

    /// <summary>Reads a name.</summary>
    /// <returns><see langword="null"/> when the text is not an image name.</returns>
    public static ImageReference? Find(string? text) => TryParse(text, out var reference, out _) ? reference : null;

    /// <summary>Reads a name, or returns the reason why it is not valid.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? problem)
    {
        reference = null;
        if (string.IsNullOrEmpty(text))
        {
            problem = "an image name must not be empty";
            return false;
        }

        var rest = text;
        string? digest = null;
        if (rest.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (!DigestPattern().IsMatch(digest))
            {
                problem = DigestProblem(text);
                return false;
            }
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is var colon and > 0 && rest.IndexOf('/', colon) < 0)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!TagPattern().IsMatch(tag))
            {
                problem = TagProblem(text);
                return false;
            }
        }

        var registry = DefaultRegistry;
        if (rest.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 && IsRegistry(rest[..slash]))
        {
            registry = rest[..slash];
            rest = rest[(slash + 1)..];
        }

        if (registry is "index.docker.io" or "registry-1.docker.io")
        {
            registry = DefaultRegistry;
        }

        if (!RegistryPattern().IsMatch(registry))
        {
            problem = $"'{text}' has a registry that is not a host name: '{registry}'";
            return false;
        }

        if (registry == DefaultRegistry && !rest.Contains('/', StringComparison.Ordinal))
        {
            rest = "library/" + rest;
        }

        if (!RepositoryPattern().IsMatch(rest))
        {
            problem = rest.Any(char.IsUpper)
                ? $"'{text}' is not an image name: a repository is written in lower case"
                : $"'{text}' is not an image name: a repository is lower case letters and digits, parted by '.', '_', '-' or '/'";
            return false;
        }

        if (registry.Length + 1 + rest.Length > MaximumNameLength)
        {
            problem = $"the image name is longer than {MaximumNameLength} characters";
            return false;
        }

        reference = new ImageReference(registry, rest, tag ?? (digest is null ? DefaultTag : null), digest, text);
        problem = null;
        return true;
    }

    /// <summary>Whether the name is that of an image of this machine: podman gives <c>localhost/</c> to each image without a registry.</summary>
    public bool IsLocal => Registry == "localhost";

    /// <summary>The same repository with another tag, and no digest.</summary>
    /// <exception cref="FormatException">The text is not a tag.</exception>
    public ImageReference WithTag(string tag) => TagPattern().IsMatch(tag)
        ? new ImageReference(Registry, Repository, tag, digest: null, spelling: null)
        : throw new FormatException(TagProblem($"{Name}:{tag}"));

    /// <summary>The same repository with a digest, and no tag.</summary>
    /// <exception cref="FormatException">The text is not a digest.</exception>
    public ImageReference WithDigest(string digest) => DigestPattern().IsMatch(digest)
        ? new ImageReference(Registry, Repository, tag: null, digest, spelling: null)
        : throw new FormatException(DigestProblem($"{Name}@{digest}"));

    /// <summary>Whether two references are the same name, whatever their spelling.</summary>
    public bool Equals(ImageReference? other) =>
        other is not null && Registry == other.Registry && Repository == other.Repository && Tag == other.Tag && Digest == other.Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Registry, Repository, Tag, Digest);

    /// <summary>The full name: <c>docker.io/library/web:latest</c>.</summary>
    public override string ToString() =>
        Name + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>The short name: <c>web</c> for <c>docker.io/library/web:latest</c>.</summary>
    public string ToFamiliarString()
    {
        return FamiliarName() + (Tag is null or DefaultTag ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);
    }

    /// <summary>Without what a reader adds by itself; in full where a reader would take a part for something else.</summary>
    private string FamiliarName()
    {
        const string official = "library/";
        var slash = Repository.IndexOf('/', StringComparison.Ordinal);
        return Registry != DefaultRegistry || (slash > 0 && IsRegistry(Repository[..slash])) ? Name
            : Repository.StartsWith(official, StringComparison.Ordinal) && Repository.IndexOf('/', official.Length) < 0 ? Repository[official.Length..]
            : Repository;
    }

    private static string TagProblem(string text) =>
        $"'{text}' has a tag that is not valid: a letter, digit or '_', then up to 127 of these, '.' and '-'";

    private static string DigestProblem(string text) => $"'{text}' has a digest that is not of the form sha256: and 64 hexadecimal digits";

    private static bool IsRegistry(string part) =>
        part.Contains('.', StringComparison.Ordinal) || part.Contains(':', StringComparison.Ordinal)
        || part == "localhost" || part.Any(char.IsUpper);

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex DigestPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?\z")]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPattern();
}
