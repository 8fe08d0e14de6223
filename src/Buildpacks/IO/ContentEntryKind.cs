namespace Buildpacks.IO;

/// <summary>What an entry of a folder or archive is.</summary>
internal enum ContentEntryKind
{
    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A file.</summary>
    File,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>One more name for a file.</summary>
    HardLink,
}
