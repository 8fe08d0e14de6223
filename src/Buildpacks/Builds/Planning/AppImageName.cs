using System.Text.RegularExpressions;

namespace Buildpacks.Builds.Planning;

/// <summary>Names an image after the folder or the zip file that its app is in.</summary>
public static partial class AppImageName
{
    private const string ZipExtension = ".zip";

    /// <summary>The name: in lower case, without <c>.zip</c>, and with a hyphen for what an image name may not hold.</summary>
    /// <param name="path">The folder or file.</param>
    /// <returns>Such as <c>my-app</c> for <c>/src/My App</c>; empty when the name has no letter or digit that an image name may hold.</returns>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)).ToLowerInvariant();
        if (name.EndsWith(ZipExtension, StringComparison.Ordinal))
        {
            name = name[..^ZipExtension.Length];
        }

        return Between().Replace(name, between => IsSeparator(between.Value) ? between.Value : "-").Trim('.', '_', '-');
    }

    private static bool IsSeparator(string between) => between is "." or "_" or "__" || between.All(character => character == '-');

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Between();
}
