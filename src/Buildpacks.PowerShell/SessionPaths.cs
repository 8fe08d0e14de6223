using System.Collections.ObjectModel;
using System.Management.Automation;
using Buildpacks.Stores;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace Buildpacks.Commands;

/// <summary>Turns what a user typed into paths of the file system: <c>~</c>, drives of PowerShell, relative to <c>$PWD</c>.</summary>
internal static class SessionPaths
{
    private const string FileSystem = "FileSystem";

    /// <summary>One path, taken as it is; it need not exist.</summary>
    /// <param name="session">The caller's session state.</param>
    /// <param name="path">What was typed.</param>
    /// <returns>The full path of the file system.</returns>
    /// <exception cref="PackException">The drive does not exist, or is not one of the file system.</exception>
    public static string Literal(SessionState session, string path)
    {
        try
        {
            var full = session.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return Checked(path, full, provider);
        }
        catch (Exception failure) when (failure is DriveNotFoundException or ProviderNotFoundException)
        {
            throw new PackException(PackErrorIds.DriveNotFound, PackErrorKind.NotFound, failure.Message, failure)
            {
                Target = path,
                RecommendedAction = "Check the part of the path before the colon. Get-PSDrive lists the drives of the session.",
            };
        }
    }

    /// <summary>
    /// A layout folder or an archive, with the name of one of its images behind a colon or without. What exists as a whole is a path.
    /// </summary>
    /// <param name="session">The caller's session state.</param>
    /// <param name="format">What is there.</param>
    /// <param name="text">What was typed.</param>
    /// <exception cref="PackException">The drive does not exist, or is not one of the file system.</exception>
    public static ImageFilePlace ImageFile(SessionState session, PackImageFormat format, string text) =>
        ExistingFile(session, format, text) ?? new ImageFilePlace(format, Literal(session, text));

    /// <summary>The same for a place that is written to: what is behind the colon is a name also when there is nothing at the path yet.</summary>
    /// <param name="session">The caller's session state.</param>
    /// <param name="format">What is to be there.</param>
    /// <param name="text">What was typed.</param>
    /// <exception cref="PackException">The drive does not exist, or is not one of the file system.</exception>
    public static ImageFilePlace NewImageFile(SessionState session, PackImageFormat format, string text)
    {
        if (ExistingFile(session, format, text) is { } found)
        {
            return found with { Path = System.IO.Path.TrimEndingDirectorySeparator(found.Path) };
        }

        // A letter before a colon is a drive of Windows.
        var colon = text.IndexOf(':', text is [var letter, ':', '\\' or '/', ..] && char.IsAsciiLetter(letter) ? 2 : 0);
        var (path, image) = colon <= 0 || colon == text.Length - 1 ? (text, null) : (text[..colon], text[(colon + 1)..]);
        return new ImageFilePlace(format, System.IO.Path.TrimEndingDirectorySeparator(Literal(session, path))) { Image = image };
    }

    /// <summary>A layout folder or an archive that exists, with or without a name behind it.</summary>
    private static ImageFilePlace? ExistingFile(SessionState session, PackImageFormat format, string text)
    {
        if (Existing(session, text) is { } whole)
        {
            return new ImageFilePlace(format, whole);
        }

        for (var colon = text.IndexOf(':', StringComparison.Ordinal); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            if (colon > 0 && colon < text.Length - 1 && Existing(session, text[..colon]) is { } path)
            {
                return new ImageFilePlace(format, path) { Image = text[(colon + 1)..] };
            }
        }

        return null;
    }

    private static string? Existing(SessionState session, string text)
    {
        try
        {
            var path = System.IO.Path.TrimEndingDirectorySeparator(Literal(session, text));
            return System.IO.Path.Exists(path) ? path : null;
        }
        catch (PackException)
        {
            // PowerShell takes what stands before a colon for a drive.
            return null;
        }
    }

    /// <summary>The paths that exist and match.</summary>
    /// <param name="session">The caller's session state.</param>
    /// <param name="pattern">What was typed; may hold wildcards.</param>
    /// <returns>Full paths of the file system; none when the pattern has wildcards and nothing matches.</returns>
    /// <exception cref="PackException">A path without wildcards does not exist, or is not one of the file system.</exception>
    public static IReadOnlyList<string> Matching(SessionState session, string pattern)
    {
        try
        {
            Collection<string> found = session.Path.GetResolvedProviderPathFromPSPath(pattern, out var provider);
            return [.. found.Select(full => Checked(pattern, full, provider))];
        }
        catch (Exception failure) when (failure is ItemNotFoundException or DriveNotFoundException or ProviderNotFoundException)
        {
            throw new PackException(PackErrorIds.PathNotFound, PackErrorKind.NotFound, failure.Message, failure)
            {
                Target = pattern,
                RecommendedAction = "Check the path; use -LiteralPath for a path with [ or *.",
            };
        }
    }

    private static string Checked(string typed, string full, ProviderInfo provider) =>
        provider.Name == FileSystem
            ? full
            : throw new PackException(
                PackErrorIds.PathNotFileSystem, PackErrorKind.InvalidInput, $"'{typed}' is a path of {provider.Name}, not of the file system.")
            {
                Target = typed,
                RecommendedAction = "Specify a path of the file system. Get-PSDrive -PSProvider FileSystem lists its drives.",
            };
}
