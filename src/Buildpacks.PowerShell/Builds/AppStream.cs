namespace Buildpacks.Commands;

/// <summary>An app that comes as a stream.</summary>
/// <param name="Name">How messages name it.</param>
/// <param name="Content">The archive.</param>
internal sealed record AppStream(string Name, Stream Content)
{
    private const string StandardInput = "-";

    /// <summary>Finds the stream that a command names.</summary>
    /// <param name="stream">The stream of -InputStream.</param>
    /// <param name="path">The app's path.</param>
    /// <returns><see langword="null"/> for an app that is in a folder, a file or a repository.</returns>
    /// <exception cref="PackException"><c>AppInputUnavailable</c>.</exception>
    public static AppStream? Of(Stream? stream, string? path)
    {
        if (stream is not null)
        {
            return stream.CanRead
                ? new AppStream("input stream", stream)
                : throw Unavailable("The stream of -InputStream cannot be read: it is closed, or for writing only.", "Specify an open stream, such as [IO.File]::OpenRead($path).");
        }

        if (path != StandardInput)
        {
            return null;
        }

        return Console.IsInputRedirected
            ? new AppStream("standard input", Console.OpenStandardInput())
            : throw Unavailable(
                "Standard input is a terminal, and -Path - reads an archive from it.",
                "Redirect standard input: git archive HEAD | pwsh -Command 'Invoke-PackBuild …'. For a folder with this name, use -Path ./-.");
    }

    /// <summary>The failure of an archive that a program writes into the pipeline: each of its lines would be taken for a path.</summary>
    /// <param name="piped">A path from the pipeline.</param>
    /// <returns><see langword="null"/> for a path that can be one.</returns>
    public static PackException? RefuseOutput(string? piped) => piped is null || piped.AsSpan().IndexOfAny('\0', '\uFFFD') < 0 ? null : Unavailable(
        "A path from the pipeline is not text. PowerShell passes the output of a program to a cmdlet as lines of text, which damages an archive.",
        "Write the archive to a file for -Path, or to the standard input of pwsh, and use -Path -.");

    private static PackException Unavailable(string message, string action) =>
        new(PackErrorIds.AppInputUnavailable, PackErrorKind.InvalidInput, message) { RecommendedAction = action };
}
