namespace Buildpacks.Lifecycle.Exporting;

/// <summary>The bills of materials of the lifecycle itself and of its launcher, where the builder has some.</summary>
internal static class LifecycleSbom
{
    /// <summary>Where a builder keeps them.</summary>
    public const string DefaultDirectory = "/cnb/lifecycle";

    private const string Component = "buildpacksio_lifecycle";

    private static readonly string[] Extensions = ["sbom.cdx.json", "sbom.spdx.json", "sbom.syft.json"];

    /// <summary>Copies them beside those of the buildpacks.</summary>
    /// <param name="layersDirectory">The layers folder.</param>
    /// <param name="launcherDirectory">The folder with the launcher's; in one that the platform names, every bill counts as the launcher's.</param>
    public static void CopyTo(string layersDirectory, string launcherDirectory)
    {
        var build = Path.Combine(layersDirectory, "sbom", "build", Component);
        var launch = Path.Combine(layersDirectory, "sbom", "launch", Component, "launcher");
        foreach (var extension in Extensions)
        {
            CopyIfExists(Path.Combine(DefaultDirectory, $"lifecycle.{extension}"), Path.Combine(build, extension));
            if (launcherDirectory == DefaultDirectory)
            {
                CopyIfExists(Path.Combine(DefaultDirectory, $"launcher.{extension}"), Path.Combine(launch, extension));
            }
            else if (Directory.Exists(launcherDirectory))
            {
                foreach (var bill in Directory.GetFiles(launcherDirectory, "*." + extension))
                {
                    CopyIfExists(bill, Path.Combine(launch, Path.GetFileName(bill)));
                }
            }
        }
    }

    private static void CopyIfExists(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
        }
    }
}
