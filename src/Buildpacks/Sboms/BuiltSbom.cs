using System.Formats.Tar;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Sboms;

/// <summary>Writes the SBOM files that a build made, those of its cache included, to a folder. Links below the folder are not followed.</summary>
/// <param name="destination">The folder; the files are written below <c>sbom</c> in it.</param>
/// <param name="image">The image, as messages name it.</param>
/// <param name="logger">Is warned of what is not written.</param>
internal sealed class BuiltSbom(string destination, string image, ILogger logger)
{
    /// <summary>The folder below the destination.</summary>
    public const string Folder = "sbom";

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private int _count;
    private long _size;

    /// <summary>Whether a file was written.</summary>
    public bool HasFiles => _count > 0;

    /// <summary>Writes an entry of an archive. The container that it comes from is not trusted.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">Its normal path, which begins with <see cref="Folder"/>.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="PackException"><c>SbomInvalid</c>, <c>PathUnusable</c>, <c>NoSpace</c>.</exception>
    public async Task WriteAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        if (entry.EntryType == TarEntryType.Directory)
        {
            return;
        }

        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !IsName(path))
        {
            logger.LogWarning("'{Path}' in the SBOM of {Image} is not a file, or has an invalid name, and was not written.", StoreErrors.Quote(path), image);
            return;
        }

        if (++_count > SbomContent.MaximumFiles || (_size += entry.Length) > SbomContent.MaximumSize)
        {
            throw SbomErrors.Invalid(image, $"it has more than {SbomContent.MaximumFiles} files, or more than 1 GB");
        }

        var file = Path.Combine([destination, .. path.Split('/')]);
        MakeFolder(path.Split('/')[..^1]);
        await FileWriting.WriteAsync(file, target => (entry.DataStream ?? Stream.Null).CopyToAsync(target, cancellationToken)).ConfigureAwait(false);
    }

    private static bool IsName(string path) =>
        !path.Any(char.IsControl) && (!OperatingSystem.IsWindows() || path.Split('/').All(part => part.IndexOfAny(Path.GetInvalidFileNameChars()) < 0));

    private void MakeFolder(string[] parts)
    {
        for (var depth = 1; depth <= parts.Length; depth++)
        {
            var folder = Path.Combine([destination, .. parts[..depth]]);
            if (!_folders.Add(folder))
            {
                continue;
            }

            if (new FileInfo(folder) is { LinkTarget: not null })
            {
                throw SbomErrors.NotAFolder(folder, "it is a link");
            }

            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw FileErrors.Unusable(folder, "created", exception);
            }
        }
    }
}
