using System.Formats.Tar;
using System.Text;

namespace Buildpacks.Testing.Images;

/// <summary>Writes the layers of a <see cref="TestImage"/>, the same bytes every time.</summary>
internal static class BusyboxLayer
{
    /// <summary>The machine's static busybox.</summary>
    public const string Executable = "/bin/busybox";

    private static readonly string[] Applets =
    [
        "sh", "ash", "cat", "chmod", "chown", "cp", "cut", "date", "dd", "df", "du", "echo", "env", "false", "find", "grep", "head", "hostname",
        "httpd", "id", "kill", "ln", "ls", "mkdir", "mv", "nc", "od", "printf", "ps", "pwd", "readlink", "rm", "rmdir", "sed", "seq",
        "sha256sum", "sleep", "sort", "stat", "tail", "tar", "test", "touch", "tr", "true", "uname", "wc", "wget", "whoami", "yes",
    ];

    /// <summary>The base: busybox, its links, and two users, root and cnb (1000).</summary>
    public static async Task WriteBaseAsync(Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var folder in new[] { "bin", "dev", "etc", "proc", "root", "sys", "tmp", "workspace" })
        {
            await tar.WriteEntryAsync(Folder(folder), cancellationToken);
        }

        await using (var busybox = File.OpenRead(Executable))
        {
            await tar.WriteEntryAsync(FileEntry("bin/busybox", busybox, executable: true), cancellationToken);
        }

        foreach (var applet in Applets)
        {
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox", ModificationTime = Epoch }, cancellationToken);
        }

        await tar.WriteEntryAsync(TextEntry("etc/passwd", "root:x:0:0::/root:/bin/sh\ncnb:x:1000:1000::/workspace:/bin/sh\n"), cancellationToken);
        await tar.WriteEntryAsync(TextEntry("etc/group", "root:x:0:\ncnb:x:1000:\n"), cancellationToken);
    }

    /// <summary>Text files; scripts, and what begins as a program does, are executable.</summary>
    public static async Task WriteFilesAsync(
        IReadOnlyDictionary<string, string> files, Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (path, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            await tar.WriteEntryAsync(path.EndsWith('/') ? UserFolder(path.Trim('/')) : TextEntry(path.TrimStart('/'), text), cancellationToken);
        }
    }

    /// <summary>A file of bytes that do not compress.</summary>
    public static async Task WritePaddingAsync(long length, Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        await using var noise = new NoiseStream(length);
        await tar.WriteEntryAsync(FileEntry("padding", noise, executable: false), cancellationToken);
    }

    private static DateTimeOffset Epoch => DateTimeOffset.UnixEpoch;

    private static PaxTarEntry Folder(string name) => new(TarEntryType.Directory, name + "/")
    {
        ModificationTime = Epoch,
        Mode = name == "tmp" ? (UnixFileMode)0b001_111_111_111 : (UnixFileMode)0b111_101_101,
        Uid = name == "workspace" ? 1000 : 0,
        Gid = name == "workspace" ? 1000 : 0,
    };

    private static PaxTarEntry UserFolder(string name) => new(TarEntryType.Directory, name + "/")
    {
        ModificationTime = Epoch,
        Mode = (UnixFileMode)0b111_101_101,
        Uid = 1000,
        Gid = 1000,
    };

    private static PaxTarEntry TextEntry(string name, string text) =>
        FileEntry(name, new MemoryStream(Encoding.UTF8.GetBytes(text)), executable: text.StartsWith("#!", StringComparison.Ordinal) || text.StartsWith("\u007fELF", StringComparison.Ordinal));

    private static PaxTarEntry FileEntry(string name, Stream content, bool executable) => new(TarEntryType.RegularFile, name)
    {
        ModificationTime = Epoch,
        Mode = executable ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100,
        DataStream = content,
    };
}
