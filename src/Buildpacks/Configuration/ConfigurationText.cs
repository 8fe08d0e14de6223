using Buildpacks.IO;

namespace Buildpacks.Configuration;

/// <summary>The text of a configuration file of the user.</summary>
internal static class ConfigurationText
{
    /// <summary>Reads a file.</summary>
    /// <returns>The text; empty when there is no file.</returns>
    /// <exception cref="PackException"><c>ConfigurationUnusable</c>.</exception>
    public static string Load(string path)
    {
        try
        {
            return SmallFile.ReadText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unusable(path, "read", exception);
        }
    }

    /// <summary>The failure of a file that cannot be read or written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What could not be done, such as <c>written</c>.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Unusable(string path, string what, Exception cause) =>
        new(PackErrorIds.ConfigurationUnusable, PackErrorKind.Failed, $"The configuration file {path} cannot be {what}: {cause.Message}", cause)
        {
            Target = path,
            RecommendedAction = "Check the file's owner and permissions.",
        };
}
