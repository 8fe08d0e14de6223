using System.Formats.Tar;
using System.Globalization;
using Buildpacks.IO;
using Buildpacks.Stores;
using Buildpacks.Stores.LayerCaching;

namespace Buildpacks.Sboms;

/// <summary>A file of an SBOM layer.</summary>
/// <param name="Path">Its path in the layer: <c>layers/sbom/PHASE/BUILDPACK/LAYER/sbom.FORMAT.json</c>; buildpack and layer may be absent.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record SbomEntry(string Path, long Size)
{
    private readonly string[] _parts = Path[SbomContent.Root.Length..].Split('/');

    /// <summary>What the file is about: <c>launch</c>, <c>build</c> or <c>cache</c>; empty when its path does not say.</summary>
    public string Phase => _parts.Length > 1 ? _parts[0] : "";

    /// <summary>The id of the buildpack with <c>_</c> for <c>/</c>; empty for none.</summary>
    public string Buildpack => _parts.Length > 2 ? _parts[1] : "";

    /// <summary>The layer of the buildpack; empty for none.</summary>
    public string Layer => _parts.Length > 3 ? string.Join('/', _parts[2..^1]) : "";

    /// <summary>The format, as the end of its name says.</summary>
    public PackSbomFormat? Format => _parts[^1] switch
    {
        var name when EndsWith(name, "cdx.json") => PackSbomFormat.CycloneDx,
        var name when EndsWith(name, "spdx.json") => PackSbomFormat.Spdx,
        var name when EndsWith(name, "syft.json") => PackSbomFormat.Syft,
        _ => null,
    };

    private static bool EndsWith(string name, string format) => name == format || name.EndsWith("." + format, StringComparison.Ordinal);
}

/// <summary>
/// Reads the files of an SBOM layer. The layer may come from anywhere: all of it is checked before the first file is given out, and what
/// is no file below <c>layers/sbom</c> is left out.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="image">The image, as messages name it.</param>
internal sealed class SbomContent(CachedLayer layer, string image)
{
    /// <summary>The folder of the SBOM in an app image.</summary>
    public const string Root = "layers/sbom/";

    /// <summary>How many files a layer may have.</summary>
    public const int MaximumFiles = 10_000;

    /// <summary>How large all files of a layer may be together.</summary>
    public const long MaximumSize = 1024L * 1024 * 1024;

    private const StringComparison Exactly = StringComparison.Ordinal;

    /// <summary>Checks the layer and lists its files.</summary>
    /// <param name="leftOut">Is told of each link, device and other entry that is not exported.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The files in the order of the layer.</returns>
    /// <exception cref="PackException"><c>SbomInvalid</c>, <c>SbomUnreadable</c>.</exception>
    public async Task<IReadOnlyList<SbomEntry>> ListAsync(Action<string>? leftOut, CancellationToken cancellationToken)
    {
        var files = new List<SbomEntry>();
        var paths = new EntryPaths();
        var size = 0L;
        await ReadAsync(
            (entry, path) =>
            {
                if ((size += entry.Length) > MaximumSize)
                {
                    throw Invalid("it contains more than 1 GB");
                }

                var kind = IsFile(entry) ? ContentEntryKind.File : entry.EntryType == TarEntryType.Directory ? ContentEntryKind.Folder : ContentEntryKind.SymbolicLink;
                if (path.Length > 0 && paths.Add(path, kind) is { } problem)
                {
                    throw Invalid($"its entry '{Shown(path)}' {problem}");
                }

                if (!path.StartsWith(Root, Exactly) || kind == ContentEntryKind.Folder)
                {
                    return Task.CompletedTask;
                }

                if (kind != ContentEntryKind.File)
                {
                    leftOut?.Invoke(path);
                    return Task.CompletedTask;
                }

                files.Add(files.Count < MaximumFiles
                    ? new SbomEntry(path, entry.Length)
                    : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"it contains more than {MaximumFiles:N0} files")));
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return files;
    }

    /// <summary>Gives out files.</summary>
    /// <param name="wanted">The files, as <see cref="ListAsync"/> gave them.</param>
    /// <param name="take">Takes a file; the stream has the file's size.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task TakeAsync(IEnumerable<SbomEntry> wanted, Func<SbomEntry, Stream, Task> take, CancellationToken cancellationToken)
    {
        var rest = wanted.ToDictionary(file => file.Path, StringComparer.Ordinal);
        return ReadAsync(
            (entry, path) => IsFile(entry) && rest.Remove(path, out var file)
                ? take(file, entry.DataStream is { } data ? new EntryStream(data) : Stream.Null)
                : Task.CompletedTask,
            cancellationToken);
    }

    private static bool IsFile(TarEntry entry) => entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;

    private async Task ReadAsync(Func<TarEntry, string, Task> take, CancellationToken cancellationToken)
    {
        try
        {
            var content = await Gunzip.OpenAsync(File.OpenRead(layer.Path), cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                using var tar = new TarInput(content);
                while (await tar.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    if (entry.EntryType != TarEntryType.GlobalExtendedAttributes)
                    {
                        await take(entry, PathOf(entry)).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw Invalid($"it is not a valid tar archive: {Shown(exception.Message.TrimEnd('.'))}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SbomErrors.Unreadable(image, exception.Message.TrimEnd('.'), exception);
        }
    }

    private string PathOf(TarEntry entry)
    {
        // Layers name their files from the root of a file system.
        if (!ContentPath.TryNormalize(entry.Name.TrimStart('/'), out var path))
        {
            throw Invalid($"its entry '{Shown(entry.Name)}' points outside");
        }

        return !path.Any(char.IsControl) && (!OperatingSystem.IsWindows() || path.Split('/').All(part => part.IndexOfAny(Path.GetInvalidFileNameChars()) < 0))
            ? path
            : throw Invalid($"the name of its entry '{Shown(entry.Name)}' contains a character that is not allowed");
    }

    private PackException Invalid(string problem, Exception? cause = null) => SbomErrors.Invalid(image, problem, cause);

    private static string Shown(string text) => StoreErrors.Quote(text);

    /// <summary>Tells a layer that ends too early from a file that cannot be written, which is an <see cref="IOException"/>, too.</summary>
    private sealed class EntryStream(Stream content) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (EndOfStreamException exception)
            {
                throw new InvalidDataException(exception.Message, exception);
            }
        }
    }
}
