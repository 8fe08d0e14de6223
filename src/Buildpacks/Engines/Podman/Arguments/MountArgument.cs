namespace Buildpacks.Engines.Podman.Arguments;

/// <summary>A mount as <c>podman create</c> takes it.</summary>
internal static class MountArgument
{
    private const string DriverOption = "volume-opt=";

    /// <summary>The overlay option: what the container writes goes nowhere, so that it says all that ro and rw would.</summary>
    private const string Overlay = "O";

    /// <summary>The option of a mount that gives it to the container's user.</summary>
    private const string Chown = "chown=true";

    /// <summary>
    /// The option. <c>--mount</c> takes any path; the words of <c>--volume</c> for options differ from its own, and those are what a user of
    /// <c>-Volume</c> writes.
    /// </summary>
    public static string Format(ContainerMount mount)
    {
        string[] given = mount.IsGiven ? [Chown] : [];
        if (mount.Options.Any(option => !option.StartsWith(DriverOption, StringComparison.Ordinal)))
        {
            string[] access = mount.Options.Contains(Overlay) ? [] : [mount.ReadOnly ? "ro" : "rw"];
            return $"--volume={mount.Source}:{mount.Target}:{string.Join(',', access.Concat(mount.Options))}";
        }

        var type = mount.Kind is ContainerMountKind.Volume ? "volume" : "bind";
        string[] fields = ["type=" + type, "source=" + mount.Source, "target=" + mount.Target, .. mount.Options, .. given];
        return "--mount=" + string.Join(',', (mount.ReadOnly ? [.. fields, "ro=true"] : fields).Select(Quote));
    }

    /// <summary>A folder in memory that belongs to the container's user and begins with what the image has there, or empty.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="isEmpty">Whether it hides what the image has there.</param>
    public static string InMemory(string path, bool isEmpty) =>
        "--mount=" + string.Join(',', new[] { "type=tmpfs", "target=" + path, Chown }.Concat(isEmpty ? ["notmpcopyup"] : []).Select(Quote));

    /// <summary>A volume without a name, which belongs to the container's user where the image has no such folder, and goes with the container.</summary>
    /// <param name="path">The folder.</param>
    public static string Unnamed(string path) => "--mount=" + string.Join(',', new[] { "type=volume", "target=" + path }.Select(Quote));

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
