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
        await run.WriteRootAsync(new DirectoryInfo(path), root, cancellationToken).ConfigureAwait(false);

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

            // .NET has no path for what the system takes none of.
            return Array.Exists(entries, entry => entry.FullName.Length == 0) ? throw AppErrors.TooDeep(folder) : entries;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (PathTooLongException)
        {
            throw AppErrors.TooDeep(folder);
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

        /// <summary>What eleven octal digits of seconds come to.</summary>
        private static readonly DateTimeOffset Latest = DateTimeOffset.FromUnixTimeSeconds((1L << 33) - 1);

        /// <summary>What .NET says of a file that is not there.</summary>
        private const FileAttributes Missing = (FileAttributes)(-1);

        private long _bytes;

        /// <summary>Writes one entry.</summary>
        /// <returns>Whether it is a folder, whose content is still to be written.</returns>
        public async Task<bool> WriteAsync(FileSystemInfo entry, string name, CancellationToken cancellationToken)
        {
            if (TryDescribe(entry, name) is not { } description)
            {
                return false;
            }

            using var content = description.DataStream as AppFileStream;
            await tar.WriteEntryAsync(description, cancellationToken).ConfigureAwait(false);
            if (content is { Changed: true })
            {
                logger.LogWarning("'{Path}' changed while the app was read; the build may see a mix of old and new.", entry.FullName);
            }

            return description.EntryType == TarEntryType.Directory;
        }

        /// <summary>Writes the app's own folder. It has mode 0777 whatever the folder's mode, as pack has it: an image may run as any user.</summary>
        public Task WriteRootAsync(DirectoryInfo folder, string name, CancellationToken cancellationToken) =>
            tar.WriteEntryAsync(Describe(TarEntryType.Directory, name + "/", folder, Everything), cancellationToken);

        /// <summary>Looks at an entry, and opens it if it is a file.</summary>
        /// <returns>What is written of it; <see langword="null"/> for what is left out.</returns>
        private GnuTarEntry? TryDescribe(FileSystemInfo entry, string name)
        {
            try
            {
                switch (entry)
                {
                    case { Attributes: Missing }:
                        return Miss(entry);
                    case { LinkTarget: { } target } when entry.Attributes.HasFlag(FileAttributes.ReparsePoint):
                        return target.Contains('\uFFFD', StringComparison.Ordinal)
                            ? throw AppErrors.BadName(entry.FullName, "where it leads is not valid UTF-8")
                            : Describe(TarEntryType.SymbolicLink, name, entry, Everything, target);
                    case DirectoryInfo folder:
                        return Describe(TarEntryType.Directory, name + "/", folder, ModeOf(folder));
                    case FileInfo file when FileKinds.IsFile(file.FullName, file.Length):
                        var description = Describe(TarEntryType.RegularFile, name, file, ModeOf(file));
                        description.DataStream = new AppFileStream(file.FullName, count => progress?.Report(_bytes += count));
                        return description;
                    default:
                        logger.LogWarning("'{Path}' is a socket, a pipe or a device; it is left out.", entry.FullName);
                        return null;
                }
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                return Miss(entry);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw AppErrors.Unreadable(entry.FullName, exception);
            }
        }

        /// <summary>Says why there is nothing where something was listed.</summary>
        private GnuTarEntry? Miss(FileSystemInfo entry)
        {
            if (entry.Name.Contains('\uFFFD', StringComparison.Ordinal))
            {
                throw AppErrors.BadName(entry.FullName, "its name is not valid UTF-8");
            }

            logger.LogWarning("'{Path}' vanished while the app was read; it is left out.", entry.FullName);
            return null;
        }

        private GnuTarEntry Describe(TarEntryType type, string name, FileSystemInfo entry, UnixFileMode mode, string? target = null)
        {
            var description = new GnuTarEntry(type, name)
            {
                Uid = owner.UserId,
                Gid = owner.GroupId,
                Mode = mode,
                ModificationTime = TimeOf(entry),
                AccessTime = default,
                ChangeTime = default,
            };
            if (target is not null)
            {
                description.LinkName = target;
            }

            return description;
        }

        /// <summary>The time of the last change, as far as an archive has a place for it.</summary>
        private static DateTimeOffset TimeOf(FileSystemInfo entry)
        {
            try
            {
                var time = new DateTimeOffset(entry.LastWriteTimeUtc, TimeSpan.Zero);
                return time < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : time > Latest ? Latest : time;
            }
            catch (ArgumentOutOfRangeException)
            {
                // After the year 9999.
                return Latest;
            }
        }

        /// <summary>Windows has no modes: everyone may do everything, as the reference platform has it.</summary>
        private static UnixFileMode ModeOf(FileSystemInfo entry) => OperatingSystem.IsWindows() ? Everything : entry.UnixFileMode;
    }
}
