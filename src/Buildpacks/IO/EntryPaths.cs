namespace Buildpacks.IO;

/// <summary>
/// The paths of an archive's entries, each once, and none through what is no folder: a second entry of the same name, or one through a
/// link, would make what is checked differ from what is unpacked.
/// </summary>
internal sealed class EntryPaths
{
    /// <summary>How many characters all paths together may have, a surcharge for each included. A hundred thousand usual ones are a third of it.</summary>
    private const long MaximumCharacters = 32L * 1024 * 1024;

    private const int Surcharge = 64;

    private readonly Dictionary<string, ContentEntryKind> _kinds = new(StringComparer.Ordinal);
    private long _characters;

    /// <summary>Adds an entry, and the folders that it lies in.</summary>
    /// <param name="path">Its path, as <see cref="ContentPath.TryNormalize"/> gives it.</param>
    /// <param name="kind">What it is. A folder may come again.</param>
    /// <returns>What is wrong, to be read after the entry's name; <see langword="null"/> when nothing is.</returns>
    public string? Add(string path, ContentEntryKind kind)
    {
        if (!TryAdd(path, kind) && (kind != ContentEntryKind.Folder || _kinds[path] != ContentEntryKind.Folder))
        {
            return "occurs twice";
        }

        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (!TryAdd(path[..slash], ContentEntryKind.Folder))
            {
                // What a known folder lies in is known too.
                return _kinds[path[..slash]] == ContentEntryKind.Folder ? Bounded() : $"goes through '{path[..slash]}', which is not a folder";
            }
        }

        return Bounded();
    }

    /// <summary>What an entry that was added is.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    public ContentEntryKind? Find(string path) => _kinds.TryGetValue(path, out var kind) ? kind : null;

    private bool TryAdd(string path, ContentEntryKind kind)
    {
        if (!_kinds.TryAdd(path, kind))
        {
            return false;
        }

        _characters += path.Length + Surcharge;
        return true;
    }

    private string? Bounded() => _characters > MaximumCharacters ? "is too much: the archive contains too many names" : null;
}
