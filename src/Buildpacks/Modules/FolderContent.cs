using System.Runtime.CompilerServices;
using Buildpacks.IO;

namespace Buildpacks.Modules;

/// <summary>The content of a folder, in the order of names. Hard links are links to the first of their names.</summary>
/// <param name="path">The folder.</param>
internal sealed class FolderContent(string path) : IContentSource
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <inheritdoc/>
    public string Name => path;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var linked = new Dictionary<FileIdentity, string>();
        foreach (var (file, name) in Walk(new DirectoryInfo(path), ""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LinkTarget is { } target)
            {
                yield return SymbolicLink(name, target.Replace(Path.DirectorySeparatorChar, '/'));
            }
            else if (file is DirectoryInfo)
            {
                yield return new ContentEntry { Kind = ContentEntryKind.Folder, Path = name };
            }
            else if (FileIdentity.OfLinked(file.FullName) is { } identity && !linked.TryAdd(identity, name))
            {
                yield return new ContentEntry
                {
                    Kind = ContentEntryKind.HardLink, Path = name, Target = linked[identity], IsExecutable = IsExecutable(file, name),
                };
            }
            else
            {
                var content = Open(file, name);
                await using (content.ConfigureAwait(false))
                {
                    yield return new ContentEntry
                    {
                        Kind = ContentEntryKind.File, Path = name, IsExecutable = IsExecutable(file, name), Content = content,
                    };
                }
            }
        }
    }

    /// <inheritdoc/>
    public PackException Damaged(Exception cause) => Invalid("a file in it changed while it was read", cause);

    private static IEnumerable<(FileSystemInfo File, string Name)> Walk(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", Everything).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var name = prefix + entry.Name;
            yield return (entry, name);
            if (entry is DirectoryInfo child && child.LinkTarget is null)
            {
                foreach (var below in Walk(child, name + "/"))
                {
                    yield return below;
                }
            }
        }
    }

    private ContentEntry SymbolicLink(string name, string target) => ContentPath.StaysInside(name, target)
        ? new ContentEntry { Kind = ContentEntryKind.SymbolicLink, Path = name, Target = target }
        : throw Invalid($"its link '{name}' points outside, to '{target}'");

    private FileStream Open(FileSystemInfo file, string name)
    {
        try
        {
            // Opening a pipe would wait for someone to write into it.
            if (!FileKinds.IsFile(file.FullName, ((FileInfo)file).Length))
            {
                throw Invalid($"'{name}' is not a file, a folder or a link");
            }

            return new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"'{name}' cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static bool IsExecutable(FileSystemInfo file, string name) => OperatingSystem.IsWindows()
        ? name.StartsWith("bin/", StringComparison.Ordinal) || IsProgram(file.FullName)
        : (File.GetUnixFileMode(file.FullName) & AnyExecute) != 0;

    private static bool IsProgram(string file)
    {
        using var stream = File.OpenRead(file);
        return ProgramStart.IsIn(stream);
    }

    /// <inheritdoc/>
    public PackException Invalid(string problem, Exception? cause = null) =>
        new(PackErrorIds.BuildpackFolderInvalid, PackErrorKind.InvalidInput, $"The folder {path} cannot be used: {problem}.", cause)
        {
            Target = path,
            RecommendedAction = "Correct the folder. It must contain only files that can be read, folders, and links that stay inside it.",
        };
}
