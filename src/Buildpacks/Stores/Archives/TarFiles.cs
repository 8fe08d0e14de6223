using System.Formats.Tar;
using Buildpacks.IO;

namespace Buildpacks.Stores.Archives;

/// <summary>The files of an archive, where they are in it: nothing is unpacked.</summary>
internal sealed class TarFiles : IImageFiles
{
    private const int MaximumEntries = 100_000;
    private const int MaximumLinks = 8;

    private readonly FileStream _archive;
    private readonly TarInput _tar;
    private readonly Dictionary<string, Stream> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    private TarFiles(FileStream archive, string place)
    {
        (_archive, Place) = (archive, place);
        _tar = new TarInput(archive);
    }

    /// <inheritdoc/>
    public string Place { get; }

    /// <summary>Opens an archive, which may be gzip-compressed, and looks through it.</summary>
    /// <exception cref="PackException"><c>ImageInvalid</c>: it is no tar archive, or one that points outside itself.</exception>
    public static async Task<TarFiles> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var archive = await OpenPlainAsync(path, cancellationToken).ConfigureAwait(false);
        var files = new TarFiles(archive, path);
        try
        {
            await files.IndexAsync(cancellationToken).ConfigureAwait(false);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long? SizeOf(string path) => Find(path)?.Length;

    /// <inheritdoc/>
    public Stream Open(string path)
    {
        var content = Find(path) ?? throw FileErrors.Invalid(Place, $"it has no {path}");
        content.Position = 0;
        return new KnownLengthStream(content, content.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tar.Dispose();
        _archive.Dispose();
    }

    private Stream? Find(string path)
    {
        for (var links = 0; links < MaximumLinks; links++)
        {
            if (_files.TryGetValue(path, out var file))
            {
                return file;
            }

            if (!_links.TryGetValue(path, out var target))
            {
                return null;
            }

            path = target;
        }

        throw FileErrors.Invalid(Place, $"its links form a cycle: '{path}'");
    }

    private async Task IndexAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _tar.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                Add(entry);
            }
        }
        catch (InvalidDataException exception)
        {
            throw FileErrors.Invalid(Place, "it is not a complete tar archive", exception);
        }
    }

    private void Add(TarEntry entry)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.SymbolicLink or TarEntryType.HardLink))
        {
            return;
        }

        // pack names the entries of packages from the root.
        var name = Normalize(entry.Name.TrimStart('/'), "");
        if (_files.ContainsKey(name) || _links.ContainsKey(name))
        {
            throw FileErrors.Invalid(Place, $"'{name}' occurs twice");
        }

        if (_files.Count + _links.Count >= MaximumEntries)
        {
            throw FileErrors.Invalid(Place, $"it has more than {MaximumEntries} files");
        }

        if (entry.EntryType == TarEntryType.SymbolicLink)
        {
            _links[name] = Normalize(entry.LinkName, Path.GetDirectoryName(name) ?? "");
        }
        else if (entry.EntryType == TarEntryType.HardLink)
        {
            _links[name] = Normalize(entry.LinkName.TrimStart('/'), "");
        }
        else
        {
            // Of an archive that can seek, an entry's data can be read at any time.
            _files[name] = entry.DataStream ?? Stream.Null;
        }
    }

    private string Normalize(string name, string folder)
    {
        List<string> segments = [.. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        foreach (var segment in name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != "."))
        {
            if (segment != "..")
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else
            {
                throw LeadsOut();
            }
        }

        return name.StartsWith('/') ? throw LeadsOut() : string.Join('/', segments);

        PackException LeadsOut() => FileErrors.Invalid(Place, $"'{name}' points outside");
    }

    private static async Task<FileStream> OpenPlainAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var archive = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous);
            var content = await Gunzip.OpenAsync(archive, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(content, archive))
            {
                return archive;
            }

            await using (content.ConfigureAwait(false))
            {
                return await UnpackAsync(content, path, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(path, "read", exception);
        }
    }

    /// <summary>What is compressed cannot be read from its middle.</summary>
    private static async Task<FileStream> UnpackAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        var plain = TemporaryFile.Open();
        try
        {
            await content.CopyToAsync(plain, cancellationToken).ConfigureAwait(false);
            await plain.FlushAsync(cancellationToken).ConfigureAwait(false);
            plain.Position = 0;
            return plain;
        }
        catch (Exception exception)
        {
            await plain.DisposeAsync().ConfigureAwait(false);
            if (exception is InvalidDataException)
            {
                throw FileErrors.Invalid(path, "its compression is damaged", exception);
            }

            throw;
        }
    }
}
