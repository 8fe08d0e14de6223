using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Building;

/// <summary>The processes of all buildpacks: of each type the last one counts.</summary>
internal sealed class ProcessList
{
    private readonly SortedDictionary<string, LaunchProcess> processes = new(StringComparer.Ordinal);

    /// <summary>The type of the last process that was made the default; <see langword="null"/> when there is none, or when a later process of that type is not the default.</summary>
    public string? DefaultType { get; private set; }

    /// <summary>The processes by type in ascending order, none of them marked: the default is recorded apart.</summary>
    public IReadOnlyList<LaunchProcess> Sorted => [.. processes.Values.Select(process => process with { Default = false })];

    /// <summary>Adds one buildpack's processes.</summary>
    /// <returns>The default types that these took away without making another the default.</returns>
    public IReadOnlyList<string> Add(IEnumerable<LaunchProcess> added)
    {
        var lost = new List<string>();
        foreach (var process in added)
        {
            processes[process.Type] = process;
            if (process.Default)
            {
                DefaultType = process.Type;
                lost.Clear();
            }
            else if (process.Type == DefaultType)
            {
                DefaultType = null;
                lost.Add(process.Type);
            }
        }

        return lost;
    }
}
