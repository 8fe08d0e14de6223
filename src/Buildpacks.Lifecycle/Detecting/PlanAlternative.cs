using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>One way a buildpack can take part: what it provides and what it requires.</summary>
internal sealed record PlanAlternative(IReadOnlyList<string> Provides, IReadOnlyList<PlanRequirement> Requires)
{
    /// <summary>Reads the build plan that bin/detect wrote: the top level first, then each <c>or</c>.</summary>
    /// <exception cref="InvalidDataException">Malformed, or it has the key <c>requires.version</c>, which buildpack API 0.7 and later do not have.</exception>
    public static IReadOnlyList<PlanAlternative> ReadAll(string path)
    {
        var toml = TomlFile.Read(path);
        return [From(toml), .. toml.Sections("or").Select(From)];
    }

    private static PlanAlternative From(TomlSection toml) => new(
        [.. toml.Sections("provides").Select(provide => provide.RequiredText("name"))],
        [.. toml.Sections("requires").Select(Requirement)]);

    private static PlanRequirement Requirement(TomlSection toml) => toml.Has("version")
        ? throw new InvalidDataException($"{toml.Source}: the key 'version' is not supported; it belongs into the table metadata")
        : PlanRequirement.From(toml);
}
