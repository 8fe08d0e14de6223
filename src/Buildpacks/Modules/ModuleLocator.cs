using Buildpacks.Descriptors;

namespace Buildpacks.Modules;

/// <summary>Finds what a builder.toml names by URI.</summary>
internal static class ModuleLocator
{
    /// <summary>The path of a file or folder that a builder.toml names.</summary>
    /// <param name="uri">A path, relative to the folder of builder.toml or not, or a <c>file:</c> URI.</param>
    /// <param name="configPath">The builder.toml.</param>
    /// <returns>The full path; <see langword="null"/> when the URI is of another kind.</returns>
    public static string? PathOf(string uri, string configPath)
    {
        if (uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(uri, UriKind.Absolute, out var file) && file.IsFile ? file.LocalPath : null;
        }

        return uri.Contains("://", StringComparison.Ordinal) || uri.StartsWith("urn:", StringComparison.Ordinal)
            ? null
            : Path.GetFullPath(uri, Path.GetDirectoryName(Path.GetFullPath(configPath))!);
    }

    /// <summary>The content that a builder.toml names.</summary>
    /// <param name="source">What it names.</param>
    /// <param name="configPath">The builder.toml.</param>
    /// <exception cref="PackException">
    /// <c>BuildpackNotFound</c>: there is nothing. <c>BuildpackSourceUnsupported</c>: it is an image or something to download.
    /// </exception>
    public static string Find(ModuleSource source, string configPath)
    {
        var named = source.Uri ?? source.Image!;
        if (source.Uri is null || PathOf(source.Uri, configPath) is not { } path)
        {
            throw new PackException(
                PackErrorIds.BuildpackSourceUnsupported, PackErrorKind.Unsupported,
                $"'{named}' in {configPath} is {(source.Uri is null ? "an image" : "not on this machine")}: a builder is created from folders and archives.")
            {
                Target = named,
                RecommendedAction = "Specify a folder, a .tar, a .tgz or a .cnb file in 'uri'.",
            };
        }

        return Directory.Exists(path) || File.Exists(path)
            ? path
            : throw new PackException(PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"{path} does not exist; {configPath} names it as '{named}'.")
            {
                Target = path,
                RecommendedAction = "Check the 'uri'; a relative path is resolved from the folder of builder.toml.",
            };
    }
}
