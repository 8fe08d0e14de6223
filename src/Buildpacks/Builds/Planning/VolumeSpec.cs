using Buildpacks.Builds.Phases;
using Buildpacks.Engines;

namespace Buildpacks.Builds.Planning;

/// <summary>
/// Reads volumes as pack writes them: <c>SOURCE:TARGET[:OPTIONS]</c>, read-only unless an option says <c>rw</c>. All other options are the
/// engine's.
/// </summary>
internal static class VolumeSpec
{
    private static readonly string[] OwnFolders = ["/cnb", ContainerPaths.Layers];

    /// <summary>Folders without which nothing can be built: a volume would hide what is in them.</summary>
    private static readonly string[] NeededFolders =
    [
        "/", "/cnb", "/cnb/lifecycle", ContainerPaths.Layers, ContainerPaths.Platform, ContainerPaths.Layouts, ContainerPaths.Cache,
        ContainerPaths.LaunchCache,
    ];

    /// <summary>Reads one volume.</summary>
    /// <param name="text">Such as <c>/home/me/.m2:/m2:rw</c> or <c>my-volume:/data</c>.</param>
    /// <param name="baseFolder">The folder that a relative path starts from.</param>
    /// <param name="warning">What to tell the user: the target is one of the build's own folders.</param>
    /// <param name="workspace">The folder of the app in the container.</param>
    /// <exception cref="PackException"><c>VolumeInvalid</c>.</exception>
    public static ContainerMount Parse(string text, string baseFolder, out string? warning, string workspace = ContainerPaths.App)
    {
        var parts = Split(text);
        if (parts is not ([_, _] or [_, _, _]))
        {
            throw Invalid(text, "it must have the form SOURCE:TARGET or SOURCE:TARGET:OPTIONS");
        }

        var (source, target) = (parts[0], parts[1]);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw Invalid(text.Replace('\0', '?'), "it contains a null character");
        }

        if (source.Length == 0)
        {
            throw Invalid(text, "it has no source");
        }

        if (!target.StartsWith('/') || target.Split('/').Contains(".."))
        {
            throw Invalid(text, $"the target '{target}' is not an absolute path of the container");
        }

        var folder = target.Length > 1 ? target.TrimEnd('/') : target;
        if (NeededFolders.Contains(folder) || folder == workspace)
        {
            throw Invalid(text, $"it would replace '{target}', which the build needs");
        }

        var readOnly = true;
        var options = new List<string>();
        foreach (var option in parts.Length > 2 ? parts[2].Split(',') : [])
        {
            switch (option)
            {
                case "ro":
                    readOnly = true;
                    break;
                case "rw":
                    readOnly = false;
                    break;
                case "":
                    throw Invalid(text, "it has an empty option");
                case var _ when option.Any(character => character is <= ' ' or > '~'):
                    throw Invalid(text, $"'{option}' is not an option of a mount");
                default:
                    options.Add(option);
                    break;
            }
        }

        warning = OwnFolders.Append(workspace).FirstOrDefault(own => target.StartsWith(own + "/", StringComparison.Ordinal)) is { } used
            ? $"The volume '{text}' is mounted in {used}, which the build uses; the build may fail or ignore it."
            : null;
        var mount = PathOf(source, baseFolder) is { } path
            ? new ContainerMount(ContainerMountKind.Bind, path, target, readOnly)
            : new ContainerMount(ContainerMountKind.Volume, source, target, readOnly);
        return options.Count == 0 ? mount : mount with { Options = options };
    }

    /// <summary>The source as a full path; <see langword="null"/> when it is a volume's name.</summary>
    private static string? PathOf(string source, string baseFolder) => source switch
    {
        ['/', ..] => source,
        ['~'] or ['~', '/' or '\\', ..] => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + source[1..],
        ['.', ..] => Path.GetFullPath(source, baseFolder),
        _ => HasDrive(source) ? source : null,
    };

    /// <summary>A colon after a single letter is a Windows drive, and parts nothing.</summary>
    private static string[] Split(string text) => HasDrive(text)
        ? text[2..].Split(':') is [var rest, .. var others] ? [text[..2] + rest, .. others] : []
        : text.Split(':');

    private static bool HasDrive(string text) => text.Length > 2 && char.IsAsciiLetter(text[0]) && text[1] == ':' && text[2] is '\\' or '/';

    private static PackException Invalid(string text, string problem) =>
        new(PackErrorIds.VolumeInvalid, PackErrorKind.InvalidInput, $"The volume '{text}' is not valid: {problem}.")
        {
            Target = text,
            RecommendedAction = "Write volumes as SOURCE:TARGET. SOURCE is the name of a volume or an absolute path. Add :rw to allow the build to write. Other options, such as :rw,z, are passed to the engine.",
        };
}
