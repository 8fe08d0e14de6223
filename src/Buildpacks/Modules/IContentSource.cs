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
}
