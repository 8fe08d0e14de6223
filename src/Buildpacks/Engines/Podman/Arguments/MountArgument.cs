namespace Buildpacks.Engines.Podman.Arguments;

/// <summary>A mount as <c>podman create</c> takes it.</summary>
internal static class MountArgument
{
    private const string DriverOption = "volume-opt=";

    /// <summary>The overlay option: what the container writes goes nowhere, so that it says all that ro and rw would.</summary>
    private const string Overlay = "O";

    /// <summary>
    /// The option. <c>--mount</c> takes any path; the words of <c>--volume</c> for options differ from its own, and those are what a user of
    /// <c>-Volume</c> writes.
    /// </summary>
    public static string Format(ContainerMount mount)
    {
        if (mount.Options.Any(option => !option.StartsWith(DriverOption, StringComparison.Ordinal)))
        {
            string[] access = mount.Options.Contains(Overlay) ? [] : [mount.ReadOnly ? "ro" : "rw"];
            return $"--volume={mount.Source}:{mount.Target}:{string.Join(',', access.Concat(mount.Options))}";
        }

        var type = mount.Kind is ContainerMountKind.Volume ? "volume" : "bind";
        string[] fields = ["type=" + type, "source=" + mount.Source, "target=" + mount.Target, .. mount.Options];
        return "--mount=" + string.Join(',', (mount.ReadOnly ? [.. fields, "ro=true"] : fields).Select(Quote));
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
