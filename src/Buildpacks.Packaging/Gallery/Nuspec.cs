using System.Xml.Linq;

namespace Buildpacks.Packaging.Gallery;

/// <summary>Writes the description that the gallery reads, with the tags by which it finds modules, their cmdlets and editions.</summary>
internal static class Nuspec
{
    private static readonly XNamespace Schema = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";

    public static XDocument Write(ModuleManifest manifest) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            Schema + "package",
            new XElement(
                Schema + "metadata",
                new XElement(Schema + "id", manifest.Name),
                new XElement(Schema + "version", manifest.Version),
                new XElement(Schema + "authors", manifest.Author),
                new XElement(Schema + "owners", manifest.CompanyName),
                new XElement(Schema + "licenseUrl", manifest.LicenseUri),
                new XElement(Schema + "projectUrl", manifest.ProjectUri),
                new XElement(Schema + "requireLicenseAcceptance", "false"),
                new XElement(Schema + "description", manifest.Description),
                new XElement(Schema + "releaseNotes", manifest.ReleaseNotes),
                new XElement(Schema + "copyright", manifest.Copyright),
                new XElement(Schema + "tags", string.Join(' ', Tags(manifest))))));

    public static IEnumerable<string> Tags(ModuleManifest manifest) =>
    [
        .. manifest.Tags,
        "PSModule",
        "PSEdition_Core",
        .. manifest.Cmdlets.SelectMany(cmdlet => new[] { "PSCmdlet_" + cmdlet, "PSCommand_" + cmdlet }),
        "PSIncludes_Cmdlet",
    ];
}
