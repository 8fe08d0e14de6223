using System.Text.RegularExpressions;
using Buildpacks.Descriptors;

namespace Buildpacks.Builds.Planning;

/// <summary>Reads how a caller names a buildpack of the builder: <c>ID</c>, <c>ID@VERSION</c>, <c>urn:cnb:builder:ID[@VERSION]</c>.</summary>
internal static partial class BuildpackLocator
{
    /// <summary>Stands for all buildpacks of the builder, in the builder's order.</summary>
    public const string FromBuilder = "from=builder";

    private const string BuilderUrn = "urn:cnb:builder";
    private const string RegistryUrn = "urn:cnb:registry:";

    private static readonly string[] Archives = [".cnb", ".tgz", ".tar", ".tar.gz", ".zip"];

    /// <summary>Reads one name.</summary>
    /// <returns>The buildpack; <see langword="null"/> for the builder's order.</returns>
    /// <exception cref="PackException"><c>BuildpackUnsupported</c>: it lies elsewhere. <c>BuildpackInvalid</c>: it is no name.</exception>
    public static OrderEntry? Parse(string text)
    {
        var name = text.Trim();
        if (name is FromBuilder or BuilderUrn)
        {
            return null;
        }

        name = WithoutPrefix(name);
        if (Elsewhere(name) is { } what)
        {
            throw new PackException(PackErrorIds.BuildpackUnsupported, PackErrorKind.Unsupported, $"'{text}' is {what}. All buildpacks of a build must be in its builder.")
            {
                Target = text,
                RecommendedAction = "Add the buildpack to a builder.toml and create a builder with New-PackBuilder; then specify the buildpack by its id.",
            };
        }

        return NamePattern().Match(name) is { Success: true } match
            ? new OrderEntry { Id = match.Groups["id"].Value, Version = match.Groups["version"] is { Success: true } version ? version.Value : null }
            : throw Invalid(text, $"'{text}' is not a valid buildpack name.", "Write ID or ID@VERSION, such as samples/web@1.0.0.");
    }

    /// <summary>Whether a text that may be an address names a buildpack of the builder, or all of them.</summary>
    public static bool IsOfBuilder(string text) => Array.Exists(
        [FromBuilder, BuilderUrn], prefix => text == prefix || text.StartsWith(prefix + ":", StringComparison.Ordinal));

    /// <summary>The failure of a name or a list that means nothing.</summary>
    public static PackException Invalid(string text, string problem, string action) =>
        new(PackErrorIds.BuildpackInvalid, PackErrorKind.InvalidInput, problem) { Target = text, RecommendedAction = action };

    private static string WithoutPrefix(string name)
    {
        foreach (var prefix in new[] { FromBuilder + ":", BuilderUrn + ":" })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return name[prefix.Length..];
            }
        }

        return name;
    }

    private static string? Elsewhere(string name) => name switch
    {
        _ when name.StartsWith(RegistryUrn, StringComparison.Ordinal) => "a buildpack of a registry",
        _ when name.Contains("://", StringComparison.Ordinal) || name.StartsWith("docker:", StringComparison.Ordinal) => "an address",
        ['.' or '/' or '~' or '\\', ..] or [_, ':', '\\' or '/', ..] => "a path",
        _ when Array.Exists(Archives, extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) => "a file",
        _ => null,
    };

    [GeneratedRegex(@"^(?<id>[A-Za-z0-9][A-Za-z0-9./_-]*)(@(?<version>[A-Za-z0-9][A-Za-z0-9.+_-]*))?\z")]
    private static partial Regex NamePattern();
}
