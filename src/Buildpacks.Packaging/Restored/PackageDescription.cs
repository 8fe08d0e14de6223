using System.Xml.Linq;

namespace Buildpacks.Packaging.Restored;

/// <summary>What a package's .nuspec says.</summary>
internal sealed record PackageDescription(string Authors, string Copyright, string Licence)
{
    /// <summary>Reads a .nuspec.</summary>
    /// <exception cref="FormatException">It names no licence that SPDX knows.</exception>
    public static PackageDescription Read(string path)
    {
        var elements = XDocument.Load(path).Root!.Descendants().ToLookup(element => element.Name.LocalName);
        var licence = elements["license"].FirstOrDefault(element => (string?)element.Attribute("type") == "expression")
            ?? throw new FormatException($"{path} has no licence expression: read its licence, and teach the packer what to say of it.");
        return new PackageDescription(Text("authors"), Text("copyright"), licence.Value.Trim());

        string Text(string name) => elements[name].FirstOrDefault()?.Value.Trim() ?? "";
    }
}
