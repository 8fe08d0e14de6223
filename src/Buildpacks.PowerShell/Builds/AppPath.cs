namespace Buildpacks.Commands;

/// <summary>
/// The path of an app as a text. A type of its own, because PowerShell would make a text of any piped object for a parameter that takes texts;
/// this is made of texts alone.
/// </summary>
/// <param name="path">The path.</param>
public sealed class AppPath(string path)
{
    /// <summary>The path.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public override string ToString() => Path;
}
