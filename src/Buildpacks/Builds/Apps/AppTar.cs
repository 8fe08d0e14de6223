using System.Formats.Tar;
using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// An app in a tar archive, compressed or not. Modes, times and links of the archive are kept; its owners are not. Nothing is unpacked on this
/// machine. The archive is read twice: to check all of it, and to send it.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="name">How messages name it.</param>
/// <param name="logger">Is warned of what is left out.</param>
/// <param name="filter">Which files are sent; <see langword="null"/> for all.</param>
/// <param name="known">The index of the archive, if it was read before.</param>
internal sealed class AppTar(string path, string name, ILogger logger, AppFilter? filter, AppTarIndex? known) : IAppSource
{
    /// <inheritdoc/>
    public async Task WriteAsync(TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, SpecialModes? special, CancellationToken cancellationToken)
    {
        var index = known ?? await AppTarIndex.ReadAsync(path, name, cancellationToken).ConfigureAwait(false);
        var run = new Run(tar, root, owner, index, new ArchiveFilter(filter), special, cancellationToken);
        await run.WriteRootAsync().ConfigureAwait(false);
        long bytes = 0;
        try
        {
            await foreach (var entry in new AppTarReader(path, name).ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (entry.Kind is null && run.IsSent(entry))
                {
                    logger.LogWarning("'{Name}' in '{Path}' is a pipe or a device; it is skipped.", entry.Path, name);
                }
                else if (entry.Path.Length > 0)
                {
                    await run.WriteAsync(entry).ConfigureAwait(false);
                    progress?.Report(bytes += entry.Length);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw AppErrors.Damaged(name, "it is damaged or incomplete", exception);
        }
    }

    /// <inheritdoc/>
    public AppSurvey Survey(CancellationToken cancellationToken)
    {
        var survey = new AppSurvey(filter);
        var decisions = new ArchiveFilter(filter);
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in new AppTarReader(path, name).ReadAsync(cancellationToken).ToBlockingEnumerable(cancellationToken))
        {
            if (entry.Path.Length == 0)
            {
                continue;
            }

            var isFolder = entry.Kind == ContentEntryKind.Folder;
            var length = entry.Kind switch
            {
                ContentEntryKind.File => lengths[entry.Path] = entry.Length,
                ContentEntryKind.HardLink => lengths.GetValueOrDefault(entry.Target),
                _ => AppSurvey.NoFile,
            };
            survey.Add(
                entry.Path, isFolder, entry.Kind == ContentEntryKind.SymbolicLink, decisions.IsSent(entry.Path, isFolder), length, decisions.IsDecidedAbove(entry.Path));
        }

        return survey;
    }

    /// <summary>One writing of the archive.</summary>
    private sealed class Run(TarWriter tar, string root, TarOwner owner, AppTarIndex index, ArchiveFilter decisions, SpecialModes? special, CancellationToken cancellationToken)
    {
        private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

        /// <summary>
        /// Files that are left out, though one of their other names is sent: such a file is written under the first of them. An archive has the
        /// content of a file only once.
        /// </summary>
        private readonly Dictionary<string, string> _renamed = index.Links
            .Where(file => !decisions.IsSent(file.Key, isFolder: false))
            .Select(file => (file.Key, First: file.Value.Find(link => decisions.IsSent(link, isFolder: false))))
            .Where(file => file.First is not null)
            .ToDictionary(file => file.Key, file => file.First!, StringComparer.Ordinal);

        public bool IsSent(AppTarEntry entry) => decisions.IsSent(entry.Path, entry.Kind == ContentEntryKind.Folder);

        /// <summary>Writes the app's own folder. Its mode is 0777, whatever the archive says, as for a folder.</summary>
        public Task WriteRootAsync() => WriteFolderAsync("", AppEntry.Everything, index.Folders.GetValueOrDefault("").Time);

        public async Task WriteAsync(AppTarEntry entry)
        {
            var first = entry.Kind == ContentEntryKind.File ? _renamed.GetValueOrDefault(entry.Path) : null;
            if (first is null && !IsSent(entry))
            {
                return;
            }

            await WriteParentsAsync(first ?? entry.Path).ConfigureAwait(false);
            switch (entry.Kind)
            {
                case ContentEntryKind.Folder when _folders.Add(entry.Path):
                    await WriteFolderAsync(entry.Path).ConfigureAwait(false);
                    break;
                case ContentEntryKind.File:
                    var file = AppEntry.Create(TarEntryType.RegularFile, $"{root}/{first ?? entry.Path}", owner, entry.Mode, entry.Time);
                    file.DataStream = entry.Content;
                    await tar.WriteEntryAsync(file, cancellationToken).ConfigureAwait(false);
                    special?.Add(file.Name, entry.Mode);
                    break;
                case ContentEntryKind.SymbolicLink:
                    await tar.WriteEntryAsync(
                        AppEntry.Create(TarEntryType.SymbolicLink, $"{root}/{entry.Path}", owner, AppEntry.Everything, entry.Time, entry.Target), cancellationToken).ConfigureAwait(false);
                    break;
                case ContentEntryKind.HardLink when _renamed.GetValueOrDefault(entry.Target, entry.Target) is var target && target != entry.Path:
                    await tar.WriteEntryAsync(
                        AppEntry.Create(TarEntryType.HardLink, $"{root}/{entry.Path}", owner, entry.Mode, entry.Time, $"{root}/{target}"), cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        /// <summary>
        /// Writes the folders that an entry lies in. An archive need not have entries for them, or has them later; an engine would give such a folder
        /// to root.
        /// </summary>
        private async Task WriteParentsAsync(string path)
        {
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                if (_folders.Add(path[..slash]))
                {
                    await WriteFolderAsync(path[..slash]).ConfigureAwait(false);
                }
            }
        }

        private Task WriteFolderAsync(string path)
        {
            var (mode, time) = index.Folders.TryGetValue(path, out var folder) ? folder : (AppEntry.UsualFolder, DateTimeOffset.UnixEpoch);
            if (path.Length > 0)
            {
                special?.Add($"{root}/{path}", mode);
            }

            return WriteFolderAsync(path + "/", mode, time);
        }

        private Task WriteFolderAsync(string path, UnixFileMode mode, DateTimeOffset time) =>
            tar.WriteEntryAsync(AppEntry.Create(TarEntryType.Directory, $"{root}/{path}", owner, mode, time), cancellationToken);
    }
}
