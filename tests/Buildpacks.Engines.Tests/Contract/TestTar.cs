using System.Formats.Tar;
using System.Text;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>Writes and reads the small archives that tests copy into containers and out of them.</summary>
internal static class TestTar
{
    /// <summary>A writer of entries.</summary>
    public static ArchiveWriter Of(params TarEntry[] entries) => async (destination, cancellationToken) =>
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var entry in entries)
        {
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    };

    /// <summary>A file.</summary>
    public static TarEntry File(string name, string text, int mode = 0x1A4, int uid = 0, int gid = 0) =>
        new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Mode = (UnixFileMode)mode, Uid = uid, Gid = gid,
        };

    /// <summary>A folder.</summary>
    public static TarEntry Folder(string name, int mode = 0x1ED, int uid = 0, int gid = 0) =>
        new PaxTarEntry(TarEntryType.Directory, name) { Mode = (UnixFileMode)mode, Uid = uid, Gid = gid };

    /// <summary>A symbolic link.</summary>
    public static TarEntry Link(string name, string target, int uid = 0, int gid = 0) =>
        new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target, Uid = uid, Gid = gid };

    /// <summary>One file as long as asked, made while it is written.</summary>
    public static ArchiveWriter OfLargeFile(string name, long length) => async (destination, cancellationToken) =>
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new GeneratedStream(length) }, cancellationToken);
    };

    /// <summary>Reads an archive to its end, contents too.</summary>
    public static async Task<IReadOnlyDictionary<string, ReadEntry>> ReadAsync(Stream archive)
    {
        var entries = new Dictionary<string, ReadEntry>();
        await using (var tar = new TarReader(archive, leaveOpen: true))
        {
            while (await tar.GetNextEntryAsync() is { } entry)
            {
                var text = "";
                if (entry.DataStream is { } data)
                {
                    using var reader = new StreamReader(data, Encoding.UTF8);
                    text = await reader.ReadToEndAsync();
                }

                entries[entry.Name.TrimEnd('/')] = new ReadEntry(
                    entry.EntryType, (int)entry.Mode, entry.Uid, entry.Gid, entry.LinkName, text);
            }
        }

        await archive.CopyToAsync(Stream.Null);
        return entries;
    }

    /// <summary>An entry that was read.</summary>
    internal sealed record ReadEntry(TarEntryType Type, int Mode, int Uid, int Gid, string LinkName, string Text);
}
