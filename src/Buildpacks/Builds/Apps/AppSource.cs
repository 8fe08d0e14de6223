using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>Finds an app's source code.</summary>
internal static class AppSource
{
    private static ReadOnlySpan<byte> ZipSignature => "PK\u0003\u0004"u8;

    /// <summary>Opens an app.</summary>
    /// <param name="path">A folder, a link to one, a zip file or a tar archive.</param>
    /// <param name="logger">Is warned of what is left out.</param>
    /// <param name="filter">Which files are sent; <see langword="null"/> for all.</param>
    /// <param name="tar">The index of the tar archive, if it was read before.</param>
    /// <param name="name">How messages name it; <see langword="null"/> for its path.</param>
    /// <exception cref="PackException"><c>AppPathNotFound</c>, <c>AppPathEmpty</c> or <c>AppPathInvalid</c>.</exception>
    public static IAppSource Open(string path, ILogger logger, AppFilter? filter = null, AppTarIndex? tar = null, string? name = null)
    {
        var full = Path.GetFullPath(path);
        var shown = name ?? full;
        if (Directory.Exists(full))
        {
            return HasEntries(full)
                ? new AppFolder(full, logger, filter)
                : throw Error(PackErrorIds.AppPathEmpty, PackErrorKind.InvalidInput, $"The app's folder '{full}' is empty.", "Specify the folder with the app's source code with -Path.");
        }

        if (!File.Exists(full))
        {
            throw Error(PackErrorIds.AppPathNotFound, PackErrorKind.NotFound, $"The app path '{full}' does not exist.", "Specify an existing folder, zip file or tar archive with -Path.");
        }

        return (tar is null ? Look(full, shown) : tar.Count == 0 ? FileLook.EmptyTar : FileLook.Tar) switch
        {
            FileLook.Zip => new AppZip(full, logger, filter, shown),
            FileLook.Tar => new AppTar(full, shown, logger, filter, tar),
            FileLook.EmptyZip or FileLook.EmptyTar => throw Error(PackErrorIds.AppPathEmpty, PackErrorKind.InvalidInput, $"The archive '{shown}' is empty.", "Create the archive of the folder with the app's source code again."),
            FileLook.Other when CompressionOf(full) is { } compression => throw Error(
                PackErrorIds.AppPathInvalid, PackErrorKind.InvalidInput, $"'{shown}' is compressed with {compression}, which cannot be read.", "Use a .tar, .tar.gz or .zip file, or a folder."),
            _ => throw Error(PackErrorIds.AppPathInvalid, PackErrorKind.InvalidInput, $"'{shown}' is not a folder, a zip file or a tar archive.", "Specify the folder with the app's source code, or a .zip, .tar or .tar.gz file of it, with -Path."),
        };

        PackException Error(string id, PackErrorKind kind, string message, string action) =>
            new(id, kind, message) { Target = shown, RecommendedAction = action };
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
    public static bool IsZip(string path) => File.Exists(path) && Look(path, path) == FileLook.Zip;

    /// <summary>Whether a path is a tar archive, compressed or not.</summary>
    /// <param name="path">The path.</param>
    /// <param name="name">How messages name it; <see langword="null"/> for its path.</param>
    public static bool IsTar(string path, string? name = null) => File.Exists(path) && Look(path, name ?? path) == FileLook.Tar;

    /// <summary>A zip is known by the directory at its end: a preamble, such as that of a jar that can be run, may come before it.</summary>
    private static FileLook Look(string path, string name)
    {
        try
        {
            // Opening a pipe would wait for someone to write into it.
            if (!FileKinds.IsFile(path, new FileInfo(path).Length))
            {
                return FileLook.NoFile;
            }

            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[ZipSignature.Length];
            var beginsAsZip = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(ZipSignature);
            var tar = beginsAsZip ? TarLook.Other : TarFormat.Look(path, name);
            if (tar == TarLook.Tar)
            {
                return FileLook.Tar;
            }

            return (beginsAsZip, ZipDirectory.Find(file, allowTrailer: beginsAsZip)) switch
            {
                (_, { Hosts.Count: 0 }) => FileLook.EmptyZip,
                (false, null) => tar == TarLook.Empty ? FileLook.EmptyTar : FileLook.Other,
                _ => FileLook.Zip,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.Unreadable(name, exception);
        }
    }

    private static string? CompressionOf(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[6];
        return TarFormat.OtherCompression(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    private enum FileLook
    {
        /// <summary>A pipe, a socket or a device: it is not opened.</summary>
        NoFile,
        Other,
        Zip,
        EmptyZip,
        Tar,
        EmptyTar,
    }
}

/// <summary>An app that cannot be read, while more of a build is checked.</summary>
internal sealed class NoApp : IAppSource
{
    /// <summary>The app.</summary>
    public static readonly NoApp Instance = new();

    /// <inheritdoc/>
    public Task WriteAsync(System.Formats.Tar.TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, SpecialModes? special, CancellationToken cancellationToken) =>
        throw new NotSupportedException("there is no app");

    /// <inheritdoc/>
    public AppSurvey Survey(CancellationToken cancellationToken) => throw new NotSupportedException("there is no app");
}
