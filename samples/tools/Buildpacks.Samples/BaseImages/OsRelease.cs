namespace Buildpacks.Samples.BaseImages;

/// <summary>What this machine's /etc/os-release says.</summary>
public static class OsRelease
{
    /// <summary>The distribution as labels of a base image.</summary>
    public static IReadOnlyDictionary<string, string> Labels()
    {
        var values = File.ReadLines("/etc/os-release")
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim('"'));
        return new Dictionary<string, string>
        {
            ["io.buildpacks.base.distro.name"] = values.GetValueOrDefault("ID", "linux"),
            ["io.buildpacks.base.distro.version"] = values.GetValueOrDefault("VERSION_ID", ""),
        };
    }
}
