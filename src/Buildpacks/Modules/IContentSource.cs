using Buildpacks.IO;

namespace Buildpacks.Modules;

/// <summary>A tree of files to be put into a builder: a folder or an archive. It can be read more than once.</summary>
internal interface IContentSource
{
    /// <summary>Where it is, as messages name it.</summary>
    string Name { get; }

    /// <summary>Reads the entries.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException">An entry leads outside or is of a kind that cannot be put into an image; the message names it.</exception>
    IAsyncEnumerable<ContentEntry> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The failure of a source whose content cannot be read to its end.</summary>
    /// <param name="cause">What reading it threw.</param>
    PackException Damaged(Exception cause);

    /// <summary>The failure of a source that is malformed.</summary>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause.</param>
    PackException Invalid(string problem, Exception? cause = null);
}

/// <summary>An entry of a folder or archive, checked: neither its path nor its target leads outside.</summary>
internal sealed record ContentEntry
{
    /// <summary>What it is.</summary>
    public required ContentEntryKind Kind { get; init; }

    /// <summary>Its path from the root, with <c>/</c> between the parts and none at the ends; never empty.</summary>
    public required string Path { get; init; }

    /// <summary>Whether anyone may run it.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>A link's target: as it says for a symbolic link, from the root for a hard link; empty for others.</summary>
    public string Target { get; init; } = "";

    /// <summary>A file's bytes, with a known length; valid until the next entry is read.</summary>
    public Stream Content { get; init; } = Stream.Null;
}
