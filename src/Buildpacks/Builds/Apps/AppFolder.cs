using System.Formats.Tar;
using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// An app in a folder. Every file, folder and link goes in with its mode and time. Symbolic links stay links wherever they point; hard
/// links are links to the first of their names that is written. Sockets, pipes and devices are left out with a warning. The order is
/// the same every time.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="logger">Is warned of what is left out.</param>
/// <param name="filter">Which files are sent; <see langword="null"/> for all.</param>
internal sealed class AppFolder(string path, ILogger logger, AppFilter? filter = null) : IAppSource
{
    /// <inheritdoc/>
    public async Task WriteAsync(
        TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, SpecialModes? special, CancellationToken cancellationToken)
    {
        var run = new Run(tar, owner, logger, progress, special);
        await run.WriteRootAsync(new DirectoryInfo(path), root, cancellationToken).ConfigureAwait(false);
        foreach (var step in Walk(cancellationToken))
        {
            if (step.IsSent)
            {
                step.IsFolder = await run.WriteAsync(step.Entry, $"{root}/{step.Path}", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public AppSurvey Survey(CancellationToken cancellationToken)
    {
        var survey = new AppSurvey(filter);
        foreach (var step in Walk(cancellationToken))
        {
            var isLink = step.Entry.LinkTarget is not null;
            survey.Add(step.Path, step.IsFolder, isLink, step.IsSent, step is { IsSent: true, IsFolder: false } && !isLink ? LengthOf(step.Entry) : 0, step.IsInMatch);
        }

        return survey;
    }

    /// <summary>
    /// The files, folders and links of the app in the order in which they are sent, each folder before what is in it. Those that are left out
    /// come too, but not what is in a folder that is left out.
    /// </summary>
    private IEnumerable<Step> Walk(CancellationToken cancellationToken)
    {
        // Folders still to be read, the next on top: no recursion, so that depth costs no stack.
        var folders = new Stack<Folder>();
        folders.Push(new Folder(path, "", null) { IsWritten = true });
        while (folders.TryPop(out var folder))
        {
            var below = new List<Folder>();
            foreach (var entry in List(folder.Path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = folder.Name.Length == 0 ? entry.Name : $"{folder.Name}/{entry.Name}";
                var isFolder = entry is DirectoryInfo && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
                var isMatch = filter?.IsMatch(name, isFolder, folder.IsMatch) == true;
                var step = new Step(entry, name) { IsFolder = isFolder, IsSent = filter?.IsSent(isMatch) != false, IsInMatch = folder.IsMatch };
                if (!step.IsSent)
                {
                    // Something in it may be included.
                    if (isFolder && filter!.IsInclude)
                    {
                        below.Add(new Folder(entry.FullName, name, folder));
                    }

                    yield return step;
                    continue;
                }

                foreach (var unwritten in Unwritten(folder))
                {
                    yield return unwritten;
                }

                yield return step;
                if (step.IsFolder)
                {
                    below.Add(new Folder(entry.FullName, name, folder) { IsMatch = isMatch, IsWritten = true });
                }
            }

            below.Reverse();
            below.ForEach(folders.Push);
        }
    }

    /// <summary>The folders that something lies in which is included.</summary>
    private static IEnumerable<Step> Unwritten(Folder folder)
    {
        var unwritten = new Stack<Folder>();
        for (var above = folder; above is { IsWritten: false }; above = above.Parent)
        {
            unwritten.Push(above);
        }

        while (unwritten.TryPop(out var next))
        {
            next.IsWritten = true;
            yield return new Step(new DirectoryInfo(next.Path), next.Name) { IsFolder = true, IsSent = true, IsInMatch = true };
        }
    }

    private static long LengthOf(FileSystemInfo entry)
    {
        try
        {
            return entry is FileInfo file && FileKinds.IsFile(file.FullName, file.Length) ? file.Length : AppSurvey.NoFile;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return AppSurvey.NoFile;
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

    /// <summary>A folder of the app.</summary>
    private sealed record Folder(string Path, string Name, Folder? Parent)
    {
        /// <summary>Whether the filter's patterns match it, and so all that is in it.</summary>
        public bool IsMatch { get; init; }

        /// <summary>Whether it has its entry.</summary>
        public bool IsWritten { get; set; }
    }

    /// <summary>A file, folder or link of the app.</summary>
    /// <param name="Entry">What it is.</param>
    /// <param name="Path">Its path from the app's folder.</param>
    private sealed record Step(FileSystemInfo Entry, string Path)
    {
        /// <summary>Whether it is a folder. What looked like one may be none when it is written: then nothing in it is read.</summary>
        public bool IsFolder { get; set; }

        /// <summary>Whether it is sent.</summary>
        public bool IsSent { get; init; }

        /// <summary>Whether a folder that it is in decides for it.</summary>
        public bool IsInMatch { get; init; }
    }

    /// <summary>One writing of the folder.</summary>
    private sealed class Run(TarWriter tar, TarOwner owner, ILogger logger, IProgress<long>? progress, SpecialModes? special)
    {
        /// <summary>What .NET says of a file that is not there.</summary>
        private const FileAttributes Missing = (FileAttributes)(-1);

        /// <summary>The files with several names that were written, each with the name it was written under.</summary>
        private readonly Dictionary<FileIdentity, string> _linked = [];

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
                logger.LogWarning("'{Path}' changed while the app was read; the build may get inconsistent content.", entry.FullName);
            }

            if (description.EntryType is TarEntryType.Directory or TarEntryType.RegularFile)
            {
                special?.Add(name, description.Mode);
            }

            return description.EntryType == TarEntryType.Directory;
        }

        /// <summary>Writes the app's own folder. It has mode 0777 whatever the folder's mode, as pack has it: an image may run as any user.</summary>
        public Task WriteRootAsync(DirectoryInfo folder, string name, CancellationToken cancellationToken) =>
            tar.WriteEntryAsync(Describe(TarEntryType.Directory, name + "/", folder, AppEntry.Everything), cancellationToken);

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
                            ? throw AppErrors.BadName(entry.FullName, "its link target is not valid UTF-8")
                            : Describe(TarEntryType.SymbolicLink, name, entry, AppEntry.Everything, target);
                    case DirectoryInfo folder:
                        return Describe(TarEntryType.Directory, name + "/", folder, ModeOf(folder));
                    case FileInfo file when FileKinds.IsFile(file.FullName, file.Length):
                        return DescribeFile(file, name);
                    default:
                        logger.LogWarning("'{Path}' is a socket, a pipe or a device; it is skipped.", entry.FullName);
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

        private GnuTarEntry DescribeFile(FileInfo file, string name)
        {
            var identity = FileIdentity.OfLinked(file.FullName);
            if (identity is { } known && _linked.TryGetValue(known, out var first))
            {
                return Describe(TarEntryType.HardLink, name, file, ModeOf(file), first);
            }

            var description = Describe(TarEntryType.RegularFile, name, file, ModeOf(file));
            description.DataStream = new AppFileStream(file.FullName, count => progress?.Report(_bytes += count));
            if (identity is { } other)
            {
                _linked.Add(other, name);
            }

            return description;
        }

        /// <summary>Says why there is nothing where something was listed.</summary>
        private GnuTarEntry? Miss(FileSystemInfo entry)
        {
            if (entry.Name.Contains('\uFFFD', StringComparison.Ordinal))
            {
                throw AppErrors.BadName(entry.FullName, "its name is not valid UTF-8");
            }

            logger.LogWarning("'{Path}' was deleted while the app was read; it is skipped.", entry.FullName);
            return null;
        }

        private GnuTarEntry Describe(TarEntryType type, string name, FileSystemInfo entry, UnixFileMode mode, string? target = null) =>
            AppEntry.Create(type, name, owner, mode, TimeOf(entry), target);

        private static DateTimeOffset TimeOf(FileSystemInfo entry)
        {
            try
            {
                return new DateTimeOffset(entry.LastWriteTimeUtc, TimeSpan.Zero);
            }
            catch (ArgumentOutOfRangeException)
            {
                // After the year 9999.
                return DateTimeOffset.MaxValue;
            }
        }

        /// <summary>Windows has no modes: everyone may do everything, as the reference platform has it.</summary>
        private static UnixFileMode ModeOf(FileSystemInfo entry) => OperatingSystem.IsWindows() ? AppEntry.Everything : entry.UnixFileMode;
    }
}
