using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>Finds an app's source code.</summary>
internal static class AppSource
{
    private static ReadOnlySpan<byte> ZipSignature => "PK\u0003\u0004"u8;

    /// <summary>Opens an app.</summary>
    /// <param name="path">A folder, a link to one, or a zip file.</param>
    /// <param name="logger">Is warned of what is left out.</param>
    /// <param name="filter">Which files are sent; <see langword="null"/> for all.</param>
    /// <exception cref="PackException"><c>AppPathNotFound</c>, <c>AppPathEmpty</c> or <c>AppPathInvalid</c>.</exception>
    public static IAppSource Open(string path, ILogger logger, AppFilter? filter = null)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            return HasEntries(full)
                ? new AppFolder(full, logger, filter)
                : throw Error(PackErrorIds.AppPathEmpty, PackErrorKind.InvalidInput, $"The app's folder '{full}' is empty.", "Specify the folder with the app's source code with -Path.");
        }

        if (!File.Exists(full))
        {
            throw Error(PackErrorIds.AppPathNotFound, PackErrorKind.NotFound, $"The app path '{full}' does not exist.", "Specify an existing folder or zip file with -Path.");
        }

        return Look(full) switch
        {
            FileLook.Zip => new AppZip(full, logger, filter),
            FileLook.EmptyZip => throw Error(PackErrorIds.AppPathEmpty, PackErrorKind.InvalidInput, $"The zip file '{full}' is empty.", "Specify the folder or zip file with the app's source code with -Path."),
            _ => throw Error(PackErrorIds.AppPathInvalid, PackErrorKind.InvalidInput, $"'{full}' is not a folder or a zip file.", "Specify the folder with the app's source code, or a zip file of it, with -Path."),
        };

        PackException Error(string id, PackErrorKind kind, string message, string action) =>
            new(id, kind, message) { Target = full, RecommendedAction = action };
    }

    private static bool HasEntries(string folder)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Any();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.Unreadable(folder, exception);
        }
    }

    /// <summary>Whether a path is a zip file that is not empty.</summary>
    public static bool IsZip(string path) => File.Exists(path) && Look(path) == FileLook.Zip;

    /// <summary>A zip is known by the directory at its end: a preamble, such as that of a jar that can be run, may come before it.</summary>
    private static FileLook Look(string path)
    {
        try
        {
            // Opening a pipe would wait for someone to write into it.
            if (!FileKinds.IsFile(path, new FileInfo(path).Length))
            {
                return FileLook.Other;
            }

            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[ZipSignature.Length];
            var beginsAsZip = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(ZipSignature);
            return (beginsAsZip, ZipDirectory.Find(file, allowTrailer: beginsAsZip)) switch
            {
                (_, { Hosts.Count: 0 }) => FileLook.EmptyZip,
                (false, null) => FileLook.Other,
                _ => FileLook.Zip,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.Unreadable(path, exception);
        }
    }

    private enum FileLook
    {
        Other,
        Zip,
        EmptyZip,
    }
}

/// <summary>An app that cannot be read, while more of a build is checked.</summary>
internal sealed class NoApp : IAppSource
{
    /// <summary>The app.</summary>
    public static readonly NoApp Instance = new();

    /// <inheritdoc/>
    public Task WriteAsync(System.Formats.Tar.TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException("there is no app");

    /// <inheritdoc/>
    public AppSurvey Survey(CancellationToken cancellationToken) => throw new NotSupportedException("there is no app");
}
