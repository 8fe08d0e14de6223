using System.Collections;
using System.Management.Automation.Language;

namespace Buildpacks.Packaging;

/// <summary>What the module's manifest says of it.</summary>
internal sealed record ModuleManifest
{
    public required string Name { get; init; }

    /// <summary>The version without what makes it a prerelease: the name of the module's folder.</summary>
    public required string BaseVersion { get; init; }

    /// <summary>Such as <c>preview1</c>; empty for a release.</summary>
    public required string Prerelease { get; init; }

    public required string Author { get; init; }

    public required string CompanyName { get; init; }

    public required string Copyright { get; init; }

    public required string Description { get; init; }

    public required string ProjectUri { get; init; }

    public required string LicenseUri { get; init; }

    public required string ReleaseNotes { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<string> Cmdlets { get; init; }

    /// <summary>The files that the manifest names; without them there is no import.</summary>
    public required IReadOnlyList<string> NamedFiles { get; init; }

    /// <summary>The whole version.</summary>
    public string Version => Prerelease.Length == 0 ? BaseVersion : $"{BaseVersion}-{Prerelease}";

    /// <summary>Reads a manifest as PowerShell does: as data, nothing in it runs.</summary>
    /// <exception cref="FormatException">It is no manifest, or says less than the gallery asks for.</exception>
    public static ModuleManifest Read(string path)
    {
        var script = Parser.ParseFile(path, out _, out var errors);
        if (errors is [var error, ..] || script.Find(node => node is HashtableAst, searchNestedScriptBlocks: false) is not HashtableAst table)
        {
            throw new FormatException($"{path} is no manifest: {(errors is [var first, ..] ? first.Message : "it has no hashtable")}");
        }

        var values = (Hashtable)table.SafeGetValue();
        var gallery = (values["PrivateData"] as Hashtable)?["PSData"] as Hashtable ?? [];
        return new ModuleManifest
        {
            Name = Path.GetFileNameWithoutExtension(path),
            BaseVersion = Text("ModuleVersion"),
            Prerelease = $"{gallery["Prerelease"]}",
            Author = Text("Author"),
            CompanyName = Text("CompanyName"),
            Copyright = Text("Copyright"),
            Description = Text("Description"),
            ProjectUri = Text("ProjectUri"),
            LicenseUri = Text("LicenseUri"),
            ReleaseNotes = Text("ReleaseNotes"),
            Tags = Texts(gallery["Tags"]),
            Cmdlets = Texts(values["CmdletsToExport"]),
            NamedFiles = [Text("RootModule"), .. Texts(values["FormatsToProcess"]), .. Texts(values["TypesToProcess"])],
        };

        string Text(string key) => (values[key] ?? gallery[key]) is string { Length: > 0 } text ? text
            : throw new FormatException($"{path} says nothing under {key}.");
    }

    private static string[] Texts(object? value) => value switch
    {
        null => [],
        IEnumerable items and not string => [.. items.Cast<object>().Select(item => $"{item}")],
        _ => [$"{value}"],
    };
}
