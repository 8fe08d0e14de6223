using Buildpacks.Lifecycle.Apis;

namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>Which flags a phase takes with which platform API, as the reference lifecycle defines them. Variables are read with every API.</summary>
internal static class PhaseFlags
{
    private static readonly ApiVersion Always = new(0, 0);
    private static readonly ApiVersion Never = new(int.MaxValue, 0);

    private static readonly Dictionary<string, (string Flags, ApiVersion Since, ApiVersion Until)[]> Table = new(StringComparer.Ordinal)
    {
        ["analyzer"] =
        [
            ("analyzed cache-image daemon gid layers previous-image run-image tag uid", Always, Never),
            ("stack", Always, new(0, 12)),
            ("launch-cache skip-layers", new(0, 9), Never),
            ("layout layout-dir run", new(0, 12), Never),
            ("insecure-registry", new(0, 13), Never),
        ],
        ["builder"] =
        [
            ("app buildpacks group layers plan platform", Always, Never),
            ("build-config", new(0, 11), Never),
            ("analyzed", new(0, 12), Never),
        ],
        ["creator"] =
        [
            ("app buildpacks cache-dir cache-image daemon gid launch-cache launcher layers order parallel platform previous-image process-type "
                + "project-metadata report run-image skip-restore stack tag uid", Always, Never),
            ("build-config launcher-sbom", new(0, 11), Never),
            ("layout layout-dir run", new(0, 12), Never),
            ("insecure-registry", new(0, 13), Never),
            ("system", new(0, 15), Never),
        ],
        ["detector"] =
        [
            ("app buildpacks group layers order plan platform", Always, Never),
            ("analyzed extensions generated", new(0, 10), Never),
            ("build-config", new(0, 11), Never),
            ("run", new(0, 12), Never),
            ("system", new(0, 15), Never),
        ],
        ["exporter"] =
        [
            ("analyzed app cache-dir cache-image daemon gid group launch-cache launcher layers parallel process-type project-metadata report uid",
                Always, Never),
            ("stack", Always, new(0, 12)),
            ("launcher-sbom", new(0, 11), Never),
            ("extended layout layout-dir run", new(0, 12), Never),
            ("insecure-registry", new(0, 13), Never),
        ],
        ["restorer"] =
        [
            ("analyzed cache-dir cache-image gid group layers skip-layers uid", Always, Never),
            ("build-image", new(0, 10), Never),
            ("daemon generated layout layout-dir", new(0, 12), Never),
            ("insecure-registry", new(0, 13), Never),
            ("run", new(0, 14), Never),
        ],
    };

    /// <summary>The flags, without their dashes.</summary>
    /// <param name="phase">The phase, <c>creator</c>.</param>
    /// <param name="platformApi">What the platform speaks.</param>
    public static IReadOnlySet<string> Of(string phase, ApiVersion platformApi) => Table[phase]
        .Where(entry => platformApi.CompareTo(entry.Since) >= 0 && platformApi.CompareTo(entry.Until) < 0)
        .SelectMany(entry => entry.Flags.Split(' '))
        .Concat(["log-level", "no-color"])
        .ToHashSet(StringComparer.Ordinal);
}
