using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Buildpacks.Tests.Builders;

/// <summary>An archive made for a test, good or bad.</summary>
internal sealed class TarFile
{
    private readonly List<TarEntry> _entries = [];

    public TarFile Folder(string path) => Add(new PaxTarEntry(TarEntryType.Directory, path));

    public TarFile Text(string path, string text, bool executable = false) => Bytes(path, Encoding.UTF8.GetBytes(text), executable);

    public TarFile Bytes(string path, byte[] content, bool executable = false) => Add(new PaxTarEntry(TarEntryType.RegularFile, path)
    {
        DataStream = new MemoryStream(content),
        Mode = executable ? (UnixFileMode)Convert.ToInt32("4755", 8) : (UnixFileMode)Convert.ToInt32("600", 8),
        Uid = 4711,
        Gid = 4711,
    });

    public TarFile Link(string path, string target) => Add(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target });

    public TarFile HardLink(string path, string target) => Add(new PaxTarEntry(TarEntryType.HardLink, path) { LinkName = target });

    public TarFile Add(TarEntry entry)
    {
        _entries.Add(entry);
        return this;
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var entry in _entries)
            {
                entry.DataStream?.Seek(0, SeekOrigin.Begin);
                tar.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    public string Save(string path)
    {
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    public string SaveCompressed(string path)
    {
        using var file = File.Create(path);
        using var gzip = new GZipStream(file, CompressionMode.Compress);
        gzip.Write(ToBytes());
        return path;
    }

    /// <summary>The entries of a tar as lines: type, mode, owner, name, target or content.</summary>
    public static IReadOnlyList<string> Describe(byte[] tar)
    {
        using var reader = new TarReader(new MemoryStream(tar));
        var lines = new List<string>();
        while (reader.GetNextEntry() is { } entry)
        {
            var content = entry.DataStream is { } data ? new StreamReader(data).ReadToEnd() : entry.LinkName;
            lines.Add($"{entry.EntryType} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.Name} {content}".TrimEnd());
        }

        return lines;
    }
}
