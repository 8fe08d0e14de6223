using System.Text.Json;
using System.Text.Json.Serialization;
using Buildpacks.Configuration;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Indexes;

/// <summary>What this module keeps beside an index of pack. pack drops it when it changes the index.</summary>
internal sealed record IndexNotes
{
    /// <summary>The name of the index.</summary>
    public string? Name { get; init; }

    /// <summary>The format that the index was created in.</summary>
    public string? Format { get; init; }

    /// <summary>Where images are, by digest.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
}

/// <summary>Reads and writes <see cref="IndexNotes"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IndexNotes))]
internal sealed partial class IndexNotesJson : JsonSerializerContext;

/// <summary>An index on this machine.</summary>
/// <param name="Name">Its name, or the name of its folder when pack created it.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Document">The index.</param>
/// <param name="Notes">What is kept beside it.</param>
internal sealed record LocalIndex(string Name, string Folder, IndexDocument Document, IndexNotes Notes);

/// <summary>
/// The indexes on this machine, which pack reads and writes too: a folder for each, with the index and the file that marks a layout, and
/// without blobs. The name of the folder is the name of the index with other characters for <c>/</c> and <c>:</c>: several names have the same
/// folder, and the notes tell whose it is.
/// </summary>
/// <param name="root">The folder of the indexes.</param>
internal sealed class LocalIndexes(string root)
{
    private const string NotesFile = ".buildpacks.json";

    private const int LongestFolder = 250;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The indexes of this user.</summary>
    public static LocalIndexes OfUser() => new(PackHome.Manifests);

    /// <summary>The folder of an index.</summary>
    /// <exception cref="PackException"><c>ImageNameInvalid</c>.</exception>
    public string FolderOf(string name)
    {
        var folder = FolderName(name);
        return folder.Length is > 0 and <= LongestFolder && folder.Trim('.', ' ').Length > 0 && folder.IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && !folder.Contains('\\', StringComparison.Ordinal)
            ? Path.Combine(root, folder)
            : throw IndexErrors.NameInvalid(name);
    }

    /// <summary>Whether an index exists, under this name or another spelling of it.</summary>
    public bool Exists(string name) => HasOwn(Known(name));

    /// <summary>Checks that the folder of an index does not hold an index with another name.</summary>
    /// <exception cref="PackException"><c>ManifestExists</c>.</exception>
    public void CheckFolder(string name)
    {
        if (OtherOf(Known(name)) is { } other)
        {
            throw IndexErrors.FolderTaken(name, other);
        }
    }

    /// <summary>Reads an index.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    /// <exception cref="PackException"><c>ManifestFileInvalid</c>, <c>PathUnusable</c>.</exception>
    public LocalIndex? Find(string name) => Known(name) is var known && HasOwn(known) ? Read(known, FolderOf(known)) : null;

    /// <summary>The names of all indexes in their order; of those that pack created, the names of their folders.</summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            return !Directory.Exists(root) ? [] :
            [
                .. Directory.EnumerateDirectories(root)
                    .Where(folder => File.Exists(Path.Combine(folder, LayoutPath.IndexFile)) && File.Exists(Path.Combine(folder, LayoutPath.MarkerFile)))
                    .Select(folder => NameOf(ReadNotes(folder), folder))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(root, "read", exception);
        }
    }

    /// <summary>Changes an index, or makes one. No other process changes it meanwhile.</summary>
    /// <param name="name">The index.</param>
    /// <param name="change">Gets the index, <see langword="null"/> when there is none, and gives what it becomes.</param>
    /// <returns>The index.</returns>
    public Task<LocalIndex> ChangeAsync(string name, Func<LocalIndex?, (IndexDocument Document, IndexNotes Notes)> change) => WriteAsync(name, () => change(Find(name)));

    /// <summary>Writes an index. One that exists is replaced, also when it cannot be read.</summary>
    /// <param name="name">The index.</param>
    /// <param name="document">What it becomes.</param>
    /// <param name="notes">What is kept beside it.</param>
    /// <returns>The index.</returns>
    /// <exception cref="PackException"><c>ManifestExists</c>: its folder holds an index with another name.</exception>
    public Task<LocalIndex> ReplaceAsync(string name, IndexDocument document, IndexNotes notes) => WriteAsync(name, () => (document, notes));

    private async Task<LocalIndex> WriteAsync(string name, Func<(IndexDocument Document, IndexNotes Notes)> change)
    {
        var known = Known(name);
        var folder = FolderOf(known);
        using var guard = Lock(folder);
        var (document, notes) = change();
        CheckFolder(known);
        if (known != name)
        {
            // The index keeps the name that it was created with.
            (name, notes) = (known, notes with { Name = ReadNotes(folder).Name });
        }

        notes = notes with { Name = notes.Name ?? (name == Path.GetFileName(folder) ? null : name) };
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "written", exception);
        }

        await WriteAsync(LayoutPath.MarkerFile, System.Text.Encoding.UTF8.GetBytes(LayoutPath.MarkerContent)).ConfigureAwait(false);
        await WriteAsync(NotesFile, JsonSerializer.SerializeToUtf8Bytes(notes, IndexNotesJson.Default.IndexNotes)).ConfigureAwait(false);
        await WriteAsync(LayoutPath.IndexFile, document.ToManifest().Content).ConfigureAwait(false);
        return new LocalIndex(NameOf(notes, folder), folder, document, notes);

        Task WriteAsync(string file, ReadOnlyMemory<byte> content) =>
            FileWriting.WriteAsync(Path.Combine(folder, file), destination => destination.WriteAsync(content).AsTask());
    }

    /// <summary>Removes an index.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        name = Known(name);
        if (!HasOwn(name))
        {
            return false;
        }

        var folder = FolderOf(name);
        using var guard = Lock(folder);
        if (OtherOf(name) is not null)
        {
            return false;
        }

        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "removed", exception);
        }
    }

    /// <summary>The spelling of a name that an index has: pack has a folder for each spelling. The name itself, when there is none.</summary>
    private string Known(string name) => HasOwn(name) ? name
        : ImageSpellings.Unmistakable(name).FirstOrDefault(spelling => FolderName(spelling).Length <= LongestFolder && HasOwn(spelling)) ?? name;

    private bool HasOwn(string name) => HasIndex(FolderOf(name)) && OtherOf(name) is null;

    private static string FolderName(string name) => name.Replace(':', '-').Replace('/', '_');

    private static bool HasIndex(string folder) => File.Exists(Path.Combine(folder, LayoutPath.IndexFile));

    /// <summary>The name of the index in the folder of a name, when it is another one. The name of the folder stands for either.</summary>
    private string? OtherOf(string name)
    {
        var folder = FolderOf(name);
        return name != Path.GetFileName(folder) && HasIndex(folder) && ReadNotes(folder).Name is { } recorded && recorded != name ? recorded : null;
    }

    private static string NameOf(IndexNotes notes, string folder) => notes.Name ?? Path.GetFileName(folder);

    private static LocalIndex Read(string name, string folder)
    {
        var path = Path.Combine(folder, LayoutPath.IndexFile);
        try
        {
            var content = System.Text.Encoding.UTF8.GetBytes(SmallFile.ReadText(path, StoredManifest.MaximumSize));
            var document = IndexDocument.Read(content) ?? throw IndexErrors.FileInvalid(path, "it is not an index, or one of its entries has no digest or size");
            var notes = ReadNotes(folder);

            // pack does not record names. Who names the index by its name knows it.
            return new LocalIndex(notes.Name ?? name, folder, document, notes);
        }
        catch (JsonException exception)
        {
            throw IndexErrors.FileInvalid(path, "it is not JSON", exception);
        }
        catch (InvalidDataException exception)
        {
            throw IndexErrors.FileInvalid(path, exception.Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(path, "read", exception);
        }
    }

    /// <summary>Notes that cannot be read are none: they only save questions.</summary>
    private static IndexNotes ReadNotes(string folder)
    {
        var path = Path.Combine(folder, NotesFile);
        try
        {
            var notes = File.Exists(path)
                ? StrictJson.Deserialize(System.Text.Encoding.UTF8.GetBytes(SmallFile.ReadText(path, StoredManifest.MaximumSize)), IndexNotesJson.Default.IndexNotes)
                : new IndexNotes();

            // The folder of another name is a copy that somebody made.
            return notes.Name is null || FolderName(notes.Name) == Path.GetFileName(folder) ? notes : notes with { Name = null };
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new IndexNotes();
        }
    }

    private IDisposable Lock(string folder)
    {
        try
        {
            Directory.CreateDirectory(root);
            return FileLock.Take(Path.Combine(root, $".{Path.GetFileName(folder)}.lock"), Patience);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(root, "written", exception);
        }
    }
}
