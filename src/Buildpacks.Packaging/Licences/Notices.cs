using System.Text;
using Buildpacks.Packaging.Restored;

namespace Buildpacks.Packaging.Licences;

/// <summary>Writes the file that says what of others the module ships, and under which licences.</summary>
internal static class Notices
{
    public const string FileName = "THIRD-PARTY-NOTICES.txt";

    private static readonly string Rule = new('=', 79);

    public static PackagedFile Write(ModuleManifest manifest, IReadOnlyList<ShippedPackage> packages)
    {
        var text = new StringBuilder()
            .Append(
                $"""
                {manifest.Name} {manifest.Version} ships the assemblies of these packages as they are. Each belongs
                to its authors and is used under its own licence, whose text follows.


                """);
        foreach (var package in packages)
        {
            text.Append($"{package.Id} {package.Version}, {package.Licence}: {string.Join(", ", package.Files.Select(file => file.Path))}\n");
        }

        AppendTexts(text, "The licence of", packages, LicenceTexts.Of);
        AppendTexts(text, "Works of others in", packages.Where(package => package.Notice is not null), package => package.Notice!);
        return new PackagedFile(FileName, text.ToString());
    }

    /// <summary>A text that several packages have is there once.</summary>
    private static void AppendTexts(
        StringBuilder text, string title, IEnumerable<ShippedPackage> packages, Func<ShippedPackage, string> content)
    {
        foreach (var group in packages.GroupBy(content, StringComparer.Ordinal))
        {
            text.Append($"\n{Rule}\n{title}\n")
                .AppendJoin("", group.Select(package => $"    {package.Id} {package.Version}\n"))
                .Append($"{Rule}\n\n{group.Key}\n");
        }
    }
}
