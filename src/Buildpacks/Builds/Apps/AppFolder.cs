using System.Formats.Tar;
using Buildpacks.Images;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// An app in a folder. Every file, folder and link goes in with its mode and time; links stay links wherever they point; sockets,
/// pipes and devices are left out with a warning. The order is the same every time.
/// </summary>
internal sealed class AppFolder(string path, ILogger logger) : IAppSource
{
    /// <inheritdoc/>
    public async Task WriteAsync(
        TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var run = new Run(tar, owner, logger, progress);
        await run.WriteFolderEntryAsync(new DirectoryInfo(path), root, cancellationToken).ConfigureAwait(false);

        // Folders still to be read, the next on top: no recursion, so that depth costs no stack.
        var folders = new Stack<(string Path, string Name)>();
        folders.Push((path, root));
        while (folders.TryPop(out var folder))
        {
            var below = new List<(string, string)>();
            foreach (var entry in List(folder.Path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = $"{folder.Name}/{entry.Name}";
                if (await run.WriteAsync(entry, name, cancellationToken).ConfigureAwait(false))
                {
                    below.Add((entry.FullName, name));
                }
            }

            below.Reverse();
            below.ForEach(folders.Push);
        }
    }

    private static FileSystemInfo[] List(string folder)
    {
        try
        {
            var entries = new DirectoryInfo(folder).GetFileSystemInfos();
            Array.Sort(entries, (left, right) => string.CompareOrdinal(left.Name, right.Name));
            return entries;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.Unreadable(folder, exception);
        }
    }

    /// <summary>One writing of the folder.</summary>
    private sealed class Run(TarWriter tar, TarOwner owner, ILogger logger, IProgress<long>? progress)
    {
        private const UnixFileMode Everything =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

        private long _bytes;

        /// <summary>Writes one entry.</summary>
        /// <returns>Whether it is a folder, whose content is still to be written.</returns>
        public async Task<bool> WriteAsync(FileSystemInfo entry, string name, CancellationToken cancellationToken)
        {
            try
            {
                switch (entry)
                {
                    case var link when link.Attributes.HasFlag(FileAttributes.ReparsePoint) && link.LinkTarget is { } target:
                        await tar.WriteEntryAsync(Describe(TarEntryType.SymbolicLink, name, entry, Everything, target), cancellationToken).ConfigureAwait(false);
                        return false;
                    case DirectoryInfo folder:
                        await WriteFolderEntryAsync(folder, name, cancellationToken).ConfigureAwait(false);
                        return true;
                    case FileInfo { Exists: true } file:
                        await WriteFileAsync(file, name, cancellationToken).ConfigureAwait(false);
                        return false;
                    default:
                        throw new FileNotFoundException();
                }
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                if (entry.Name.Contains('\uFFFD', StringComparison.Ordinal))
                {
                    throw AppErrors.BadName(entry.FullName, "its name is not valid UTF-8");
                }

                logger.LogWarning("'{Path}' vanished while the app was read; it is left out.", entry.FullName);
                return false;
            }
        }

        public Task WriteFolderEntryAsync(DirectoryInfo folder, string name, CancellationToken cancellationToken) =>
            tar.WriteEntryAsync(Describe(TarEntryType.Directory, name + "/", folder, ModeOf(folder)), cancellationToken);

        private async Task WriteFileAsync(FileInfo file, string name, CancellationToken cancellationToken)
        {
            if (!FileKinds.IsFile(file.FullName, file.Length))
            {
                logger.LogWarning("'{Path}' is a socket, a pipe or a device; it is left out.", file.FullName);
                return;
            }

            using var content = Open(file.FullName);
            var entry = Describe(TarEntryType.RegularFile, name, file, ModeOf(file));
            entry.DataStream = content;
            await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            if (content.Changed)
            {
                logger.LogWarning("'{Path}' changed while the app was read; the build may see a mix of old and new.", file.FullName);
            }
        }

        private AppFileStream Open(string path)
        {
            try
            {
                return new AppFileStream(path, count => progress?.Report(_bytes += count));
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException and not (FileNotFoundException or DirectoryNotFoundException))
            {
                throw AppErrors.Unreadable(path, exception);
            }
        }

        private GnuTarEntry Describe(TarEntryType type, string name, FileSystemInfo entry, UnixFileMode mode, string? target = null)
        {
            var description = new GnuTarEntry(type, name)
            {
                Uid = owner.UserId,
                Gid = owner.GroupId,
                Mode = mode,
                ModificationTime = Clamp(entry.LastWriteTimeUtc),
                AccessTime = default,
                ChangeTime = default,
            };
            if (target is not null)
            {
                description.LinkName = target;
            }

            return description;
        }

        /// <summary>Times before 1970 have no place in a tar archive.</summary>
        private static DateTimeOffset Clamp(DateTime time) => time < DateTime.UnixEpoch ? DateTimeOffset.UnixEpoch : new DateTimeOffset(time, TimeSpan.Zero);

        /// <summary>Windows has no modes: everyone may do everything, as the reference platform has it.</summary>
        private static UnixFileMode ModeOf(FileSystemInfo entry) => OperatingSystem.IsWindows() ? Everything : entry.UnixFileMode;
    }
}
