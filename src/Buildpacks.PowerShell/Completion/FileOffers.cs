using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers files and folders for a path that was begun, beside other values: PowerShell offers them only where there are no others.</summary>
internal static class FileOffers
{
    private const int MostOffers = 100;

    private static readonly EnumerationOptions Options = new() { IgnoreInaccessible = true, MatchType = MatchType.Simple };

    /// <summary>The files and folders whose paths begin so.</summary>
    /// <param name="typed">What was typed; relative to the location of the session.</param>
    public static IReadOnlyList<CompletionResult> Of(string typed)
    {
        var slash = typed.LastIndexOfAny(['/', '\\']) + 1;
        var (parent, start) = (typed[..slash], typed[slash..]);
        try
        {
            var folder = Path.GetFullPath(FromHome(parent.Length == 0 ? "." : parent), Location());
            return
            [
                .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Options)
                    .Where(entry => entry.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                    .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                    .Take(MostOffers)
                    .Select(entry => Offer(entry, parent)),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or RuntimeException)
        {
            return [];
        }
    }

    private static CompletionResult Offer(FileSystemInfo entry, string parent)
    {
        var path = (parent.Length == 0 ? "./" : parent) + entry.Name;
        return new CompletionResult(
            PackCompleter.Quote(path), entry.Name, entry is DirectoryInfo ? CompletionResultType.ProviderContainer : CompletionResultType.ProviderItem, entry.FullName);
    }

    /// <summary>The location of the session, which runs this.</summary>
    private static string Location() =>
        Runspace.DefaultRunspace is not null
        && ScriptBlock.Create("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath").Invoke() is [{ BaseObject: string location }]
            ? location
            : Environment.CurrentDirectory;

    private static string FromHome(string path) =>
        path is ['~', '/' or '\\', ..] ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify) + path[1..] : path;
}
