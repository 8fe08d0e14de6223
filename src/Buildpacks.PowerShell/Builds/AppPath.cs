namespace Buildpacks.Commands;

/// <summary>
/// The path of an app as a string. PowerShell converts any piped object to a string for a string parameter; this type is created only from
/// strings.
/// </summary>
/// <param name="path">The path.</param>
public sealed class AppPath(string path)
{
    /// <summary>The path.</summary>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public override string ToString() => Path;
}
