using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Labels;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>An entry of the array <c>bom</c> in launch.toml and build.toml: the bill of materials before there were SBOM files.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Buildpack">The buildpack that wrote it.</param>
internal sealed record LegacyBomEntry(string Name, GroupElement Buildpack)
{
    /// <summary>Data about it; <see langword="null"/> when there is none.</summary>
    public TomlTable? Metadata { get; init; }

    /// <summary>Reads an entry that a buildpack wrote, or one of metadata.toml.</summary>
    /// <exception cref="InvalidDataException">It has the key <c>version</c>, which belongs into its metadata.</exception>
    public static LegacyBomEntry From(TomlSection toml, GroupElement? buildpack = null)
    {
        var name = toml.Text("name") ?? "";
        if (toml.Text("version") is { Length: > 0 })
        {
            throw new InvalidDataException(
                $"bom entry '{name}' has a top level version which is not allowed. The buildpack should instead set metadata.version");
        }

        var owner = buildpack ?? (toml.Section("buildpack") is { } section ? GroupElement.From(section) : new GroupElement("", ""));
        return new LegacyBomEntry(name, new GroupElement(owner.Id, owner.Version)) { Metadata = toml.Data("metadata") };
    }

    /// <summary>The entries as JSON; <see langword="null"/> for none.</summary>
    public static JsonArray? ToJson(IReadOnlyList<LegacyBomEntry> entries) => entries.Count == 0 ? null : new JsonArray(
    [
        .. entries.Select(entry => new JsonObject
        {
            ["name"] = entry.Name,
            ["metadata"] = entry.Metadata is null ? null : TomlJson.ToJson(entry.Metadata),
            ["buildpack"] = new JsonObject { ["id"] = entry.Buildpack.Id, ["version"] = entry.Buildpack.Version },
        }),
    ]);

    /// <summary>The content of sbom.legacy.json.</summary>
    public static string ToFile(IReadOnlyList<LegacyBomEntry> entries) => JsonText.Of(ToJson(entries)) + "\n";

    /// <summary>The entry as TOML.</summary>
    public TomlTable ToToml() => new TomlTable()
        .WithAlways("name", Name)
        .WithData("metadata", Metadata)
        .WithAlways("buildpack", Buildpack.ToToml());
}
