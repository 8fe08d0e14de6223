namespace Buildpacks.Lifecycle.Variables;

/// <summary>The distribution that an os-release file names.</summary>
/// <param name="Id">The distribution, <c>debian</c>.</param>
/// <param name="Version">Its version, <c>12</c>; empty when the file does not say.</param>
internal sealed record OsRelease(string Id, string Version)
{
    /// <summary>Reads the file, or <see langword="null"/> when there is none or it names no distribution.</summary>
    public static OsRelease? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var values = File.ReadLines(path)
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0].Trim(), parts => parts[1].Trim().Trim('"', '\''))
            .ToDictionary(group => group.Key, group => group.Last());
        return values.GetValueOrDefault("ID", "") is { Length: > 0 } id ? new OsRelease(id, values.GetValueOrDefault("VERSION_ID", "")) : null;
    }
}
