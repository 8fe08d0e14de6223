using System.IO.Compression;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Buildpacks.Packaging.Gallery;

/// <summary>Writes a .nupkg: a .zip with the module's files, their description, and the parts that the packaging conventions ask for.</summary>
internal static class GalleryPackage
{
    private static readonly XNamespace ContentTypes = "http://schemas.openxmlformats.org/package/2006/content-types";
    private static readonly XNamespace Relationships = "http://schemas.openxmlformats.org/package/2006/relationships";

    /// <summary>The first moment that a .zip knows, for every entry.</summary>
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An ordinary file that all may read and its owner may write.</summary>
    private const int Mode = unchecked((int)0b1_000_000_110_100_100u << 16);

    public static byte[] Write(ModuleManifest manifest, IReadOnlyList<PackagedFile> files)
    {
        var nuspec = manifest.Name + ".nuspec";
        PackagedFile[] parts =
        [
            Part("_rels/.rels", RelationshipsTo(nuspec)),
            Part(nuspec, Nuspec.Write(manifest)),
            Part("[Content_Types].xml", TypesOf([.. files.Select(file => file.Path)])),
        ];

        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in parts.Concat(files))
            {
                Add(archive, file);
            }
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive archive, PackagedFile file)
    {
        var entry = archive.CreateEntry(file.Path, CompressionLevel.SmallestSize);
        entry.LastWriteTime = Time;
        entry.ExternalAttributes = Mode;
        using var content = entry.Open();
        content.Write(file.Content);
    }

    private static XDocument RelationshipsTo(string nuspec) => new(new XElement(
        Relationships + "Relationships",
        new XElement(
            Relationships + "Relationship",
            new XAttribute("Type", "http://schemas.microsoft.com/packaging/2010/07/manifest"),
            new XAttribute("Target", "/" + nuspec),
            new XAttribute("Id", "R1"))));

    /// <summary>Each part has a type: by its extension, or by its name when it has none.</summary>
    private static XDocument TypesOf(IReadOnlyCollection<string> paths)
    {
        var extensions = paths.Select(path => Path.GetExtension(path).TrimStart('.')).Append("nuspec")
            .Where(extension => extension.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);
        return new XDocument(new XElement(
            ContentTypes + "Types",
            Type("Default", "Extension", "rels", "application/vnd.openxmlformats-package.relationships+xml"),
            extensions.Select(extension => Type("Default", "Extension", extension, "application/octet")),
            paths.Where(path => !Path.HasExtension(path)).Select(path => Type("Override", "PartName", "/" + path, "application/octet"))));
    }

    private static XElement Type(string element, string key, string name, string type) =>
        new(ContentTypes + element, new XAttribute(key, name), new XAttribute("ContentType", type));

    private static PackagedFile Part(string path, XDocument document)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) }))
        {
            document.Save(writer);
        }

        return new PackagedFile(path, bytes.ToArray());
    }
}
