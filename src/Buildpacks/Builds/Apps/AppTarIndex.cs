using System.Text.RegularExpressions;
using Buildpacks.Configuration.Toml;
using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>What has to be known of an app in a tar archive before its first entry is sent. Reading it checks all entries.</summary>
internal sealed partial record AppTarIndex
{
    private const string DescriptorName = "project.toml";

    /// <summary>How many entries it has, its own folder not counted.</summary>
    public int Count { get; private init; }

    /// <summary>The content of project.toml at its root; <see langword="null"/> for none.</summary>
    public byte[]? Descriptor { get; private init; }

    /// <summary>What is wrong with project.toml, as the end of a sentence; <see langword="null"/> for nothing.</summary>
    public string? DescriptorProblem { get; private init; }

    /// <summary>The commit that git archive made the archive of; <see langword="null"/> for none.</summary>
    public string? Commit { get; private init; }

    /// <summary>Modes and times of folders; the app's own has an empty path.</summary>
    public required IReadOnlyDictionary<string, (UnixFileMode Mode, DateTimeOffset Time)> Folders { get; init; }

    /// <summary>The other names of files that have several, in the order of the archive.</summary>
    public required IReadOnlyDictionary<string, List<string>> Links { get; init; }

    /// <summary>project-metadata.toml of the platform specification, as far as the archive says where it comes from; <see langword="null"/> for nothing.</summary>
    public string? ToProjectMetadata() => Commit is null ? null : $"[source]\ntype = \"git\"\n[source.version]\ncommit = {TomlText.Quote(Commit)}\n";

    /// <summary>The index of the app of a build: the one that was read before, or a new one.</summary>
    /// <param name="request">The build.</param>
    /// <returns><see langword="null"/> for an app that is not in a tar archive.</returns>
    /// <exception cref="PackException"><c>AppFileUnreadable</c>, <c>AppFileNameInvalid</c>, <c>AppPathInvalid</c>.</exception>
    public static AppTarIndex? Of(BuildRequest request) =>
        request.Tar ?? (AppSource.IsTar(request.Path, request.PathName)
            ? ReadAsync(request.Path, request.PathName ?? request.Path, CancellationToken.None).GetAwaiter().GetResult()
            : null);

    /// <summary>Reads an archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException"><c>AppFileUnreadable</c>, <c>AppFileNameInvalid</c>, <c>AppPathInvalid</c>.</exception>
    public static async Task<AppTarIndex> ReadAsync(string path, string name, CancellationToken cancellationToken)
    {
        var reader = new AppTarReader(path, name);
        var folders = new Dictionary<string, (UnixFileMode, DateTimeOffset)>(StringComparer.Ordinal);
        var links = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        byte[]? descriptor = null;
        string? problem = null;
        var count = 0;
        await foreach (var entry in reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            count += entry.Path.Length > 0 ? 1 : 0;
            switch (entry.Kind)
            {
                case ContentEntryKind.Folder:
                    folders[entry.Path] = (entry.Mode, entry.Time);
                    break;
                case ContentEntryKind.HardLink when links.TryGetValue(entry.Target, out var others):
                    others.Add(entry.Path);
                    break;
                case ContentEntryKind.HardLink:
                    links.Add(entry.Target, [entry.Path]);
                    break;
                case ContentEntryKind.File when entry.Path == DescriptorName && entry.Length > SmallFile.Limit:
                    problem = "it is larger than 1 MB";
                    break;
                case ContentEntryKind.File when entry.Path == DescriptorName:
                    descriptor = await ReadAsync(entry, name, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        return new AppTarIndex
        {
            Count = count,
            Descriptor = descriptor,
            DescriptorProblem = problem,
            Commit = reader.Comment is { } comment && CommitPattern().IsMatch(comment) ? comment : null,
            Folders = folders,
            Links = links,
        };
    }

    private static async Task<byte[]> ReadAsync(AppTarEntry entry, string name, CancellationToken cancellationToken)
    {
        var content = new byte[entry.Length];
        try
        {
            await entry.Content.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return content;
        }
        catch (Exception exception) when (TarFormat.IsDamage(exception))
        {
            throw AppErrors.Damaged(name, "it is damaged or incomplete", exception);
        }
    }

    [GeneratedRegex("^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
    private static partial Regex CommitPattern();
}
