using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>Which files of an app are sent: those that patterns include, or all but those that patterns exclude.</summary>
internal sealed class AppFilter
{
    private readonly IgnoreRules _rules;

    private AppFilter(IgnoreRules rules, bool isInclude) => (_rules, IsInclude) = (rules, isInclude);

    /// <summary>Whether only what matches is sent. A folder that does not match may hold files that do.</summary>
    public bool IsInclude { get; }

    /// <summary>Makes a filter.</summary>
    /// <param name="include">Patterns of files to be sent.</param>
    /// <param name="exclude">Patterns of files to be left out. Not beside <paramref name="include"/>.</param>
    /// <returns><see langword="null"/> when everything is to be sent.</returns>
    public static AppFilter? Of(IReadOnlyList<string> include, IReadOnlyList<string> exclude) =>
        include.Count > 0 ? new AppFilter(new IgnoreRules(include), isInclude: true)
        : exclude.Count > 0 ? new AppFilter(new IgnoreRules(exclude), isInclude: false)
        : null;

    /// <summary>The patterns.</summary>
    public IReadOnlyList<string> Patterns => _rules.Patterns;

    /// <summary>The pattern that decides for a path; -1 for none.</summary>
    /// <param name="path">The path from the app's folder.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public int Deciding(string path, bool isFolder) => _rules.Deciding(path, isFolder);

    /// <summary>Whether a path matches, by itself or because the folder that it lies in does.</summary>
    /// <param name="path">The path from the app's folder.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    /// <param name="isParentMatch">Whether the folder that it lies in matches.</param>
    public bool IsMatch(string path, bool isFolder, bool isParentMatch) => isParentMatch || _rules.IsMatch(path, isFolder);

    /// <summary>Whether a path is sent.</summary>
    /// <param name="isMatch">Whether it matches.</param>
    public bool IsSent(bool isMatch) => isMatch == IsInclude;
}
