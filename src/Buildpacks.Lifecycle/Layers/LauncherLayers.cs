using System.Buffers;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>The layers that hold the launcher and the process types that start it. They belong to root: the app's user must not change what starts it.</summary>
internal static class LauncherLayers
{
    /// <summary>The launcher's path in an app image.</summary>
    public const string LauncherPath = LifecycleDirectory + "/launcher";

    /// <summary>The directory with one symlink a process type.</summary>
    public const string ProcessDirectory = "/cnb/process";

    /// <summary>The directory of the launcher.</summary>
    public const string LifecycleDirectory = "/cnb/lifecycle";

    private const string CnbDirectory = "/cnb";
    private static readonly SearchValues<char> ForbiddenInProcessTypes = SearchValues.Create("/><:|&\\");

    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The path whose symlink starts a process type.</summary>
    public static string ProcessPath(string type) => $"{ProcessDirectory}/{type}";

    /// <summary>The layer with the launcher.</summary>
    /// <param name="launcher">The launcher on this machine.</param>
    /// <exception cref="FileNotFoundException">There is no launcher; the message names the path.</exception>
    public static LayerSource Launcher(string launcher)
    {
        if (!File.Exists(launcher))
        {
            throw new FileNotFoundException($"creating launcher layers: failed to stat launcher at path '{launcher}': no such file or directory", launcher);
        }

        return new LayerSource("buildpacksio/lifecycle:launcher", "Buildpacks Application Launcher", archive =>
        {
            archive.AddDirectory(CnbDirectory, Executable, Owner.Root);
            archive.AddDirectory(LifecycleDirectory, Executable, Owner.Root);
            archive.AddFile(launcher, LauncherPath, Executable, Owner.Root);
        });
    }

    /// <summary>The layer with one symlink to the launcher for each process type.</summary>
    /// <exception cref="FormatException">A type is empty or cannot be a file name; the message names it.</exception>
    public static LayerSource ProcessTypes(IReadOnlyList<string> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        if (types.FirstOrDefault(type => type is "" or "." or ".." || type.AsSpan().ContainsAny(ForbiddenInProcessTypes)) is { } invalid)
        {
            throw new FormatException($"'{invalid}' cannot be a process type: it must not be empty nor contain any of / > < : | & and \\");
        }

        return new LayerSource("buildpacksio/lifecycle:process-types", "Buildpacks Process Types", archive =>
        {
            archive.AddDirectory(CnbDirectory, Executable, Owner.Root);
            archive.AddDirectory(ProcessDirectory, Executable, Owner.Root);
            foreach (var type in types)
            {
                archive.AddSymlink(ProcessPath(type), LauncherPath, Executable, Owner.Root);
            }
        });
    }
}
