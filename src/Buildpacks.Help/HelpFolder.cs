using System.Text;
using System.Xml;

namespace Buildpacks.Help;

/// <summary>Turns a folder of pages into a folder of help files.</summary>
internal static class HelpFolder
{
    /// <summary>Reads the cmdlets' pages of a folder.</summary>
    public static IReadOnlyList<CommandPage> Read(string docs) =>
        [.. Directory.GetFiles(docs, "*-Pack*.md").Order(StringComparer.Ordinal).Select(PageReader.Read)];

    /// <summary>Writes the help files of all pages; a help file that no page makes any more is removed.</summary>
    /// <exception cref="FormatException">A page is not laid out as help needs it.</exception>
    public static void Write(string docs, string target)
    {
        var files = Read(docs).GroupBy(page => page.HelpFile, StringComparer.Ordinal).ToDictionary(group => group.Key, group => Maml(group));
        foreach (var about in Directory.GetFiles(docs, "about_*.md"))
        {
            files.Add(Path.GetFileNameWithoutExtension(about) + ".help.txt", AboutWriter.Write(about));
        }

        Directory.CreateDirectory(target);
        var present = Directory.GetFiles(target, "*-Help.xml").Concat(Directory.GetFiles(target, "about_*.help.txt"));
        foreach (var stale in present.Where(file => !files.ContainsKey(Path.GetFileName(file))))
        {
            File.Delete(stale);
        }

        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(target, name), text);
        }
    }

    private static string Maml(IEnumerable<CommandPage> pages)
    {
        using var bytes = new MemoryStream();
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        using (var writer = XmlWriter.Create(bytes, settings))
        {
            MamlWriter.Write(pages).Save(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
