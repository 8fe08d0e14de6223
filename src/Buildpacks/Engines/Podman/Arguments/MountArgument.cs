namespace Buildpacks.Engines.Podman.Arguments;

/// <summary>A mount as <c>podman create</c> takes it.</summary>
internal static class MountArgument
{
    /// <summary>The option: comma-separated fields, of which one that holds a comma or a quote is quoted as CSV quotes.</summary>
    public static string Format(ContainerMount mount)
    {
        var type = mount.Kind is ContainerMountKind.Volume ? "volume" : "bind";
        string[] fields = ["type=" + type, "source=" + mount.Source, "target=" + mount.Target];
        return "--mount=" + string.Join(',', (mount.ReadOnly ? [.. fields, "ro=true"] : fields).Select(Quote));
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
