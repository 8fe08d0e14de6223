using System.Text.RegularExpressions;

namespace Buildpacks.Builds.Planning;

/// <summary>Names an image after the folder or the archive that its app is in.</summary>
public static partial class AppImageName
{
    private static readonly string[] Extensions = [".zip", ".tar.gz", ".tgz", ".tar"];

    /// <summary>The name: in lower case, without the extension of an archive, and with a hyphen for what an image name may not hold.</summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>Such as <c>my-app</c> for <c>/src/My App</c>; empty when the name has no letter or digit that an image name may hold.</returns>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)).ToLowerInvariant();
        if (Extensions.FirstOrDefault(end => name.EndsWith(end, StringComparison.Ordinal)) is { } extension)
        {
            name = name[..^extension.Length];
        }

        return Between().Replace(name, between => IsSeparator(between.Value) ? between.Value : "-").Trim('.', '_', '-');
    }

    private static bool IsSeparator(string between) => between is "." or "_" or "__" || between.All(character => character == '-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Between();
}
