using Buildpacks.Builders;
using Buildpacks.Descriptors;

namespace Buildpacks.Builds.Phases;

/// <summary>Agrees with a builder's lifecycle on the version of the platform API.</summary>
internal static class PlatformApis
{
    /// <summary>From here on a lifecycle exports to a layout.</summary>
    public static readonly ApiVersion Layout = new(0, 12);

    /// <summary>From here on a lifecycle reads the run images from <c>run.toml</c>, before from <c>stack.toml</c>.</summary>
    public static readonly ApiVersion RunFile = new(0, 12);

    /// <summary>From here on a lifecycle compares the targets of buildpacks, before their stacks.</summary>
    public static readonly ApiVersion Targets = new(0, 12);

    /// <summary>From here on a lifecycle takes the image's creation time from <c>SOURCE_DATE_EPOCH</c>.</summary>
    public static readonly ApiVersion CreationTime = new(0, 9);

    /// <summary>From here on an analyzer takes a launch cache, and can leave earlier layers alone.</summary>
    public static readonly ApiVersion LaunchCacheInAnalyzer = new(0, 9);

    /// <summary>From here on a restorer reads images from the daemon.</summary>
    public static readonly ApiVersion DaemonInRestorer = new(0, 12);

    /// <summary>From here on a restorer reads <c>run.toml</c>.</summary>
    public static readonly ApiVersion RunFileInRestorer = new(0, 14);

    /// <summary>From here on a lifecycle wants to know for which environment it builds.</summary>
    public static readonly ApiVersion ExecutionEnvironment = new(0, 15);

    /// <summary>From here on a lifecycle adds the system buildpacks of the builder.</summary>
    public static readonly ApiVersion SystemBuildpacks = new(0, 15);

    private static readonly ApiVersion Oldest = new(0, 7);
    private static readonly ApiVersion Newest = new(0, 15);

    /// <summary>The newest version with which a lifecycle exports to a registry as it does to no layout.</summary>
    public static readonly ApiVersion NewestOfRegistryRoute = new(0, 11);

    /// <summary>The newest version that both speak.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="newest">The newest version that is wanted; <see langword="null"/> for the newest that the module speaks.</param>
    /// <exception cref="PackException"><c>IncompatibleApi</c>: there is none.</exception>
    public static ApiVersion Negotiate(BuilderImage builder, ApiVersion? newest = null)
    {
        var offered = builder.Lifecycle.AllPlatformApis();
        var shared = offered
            .Select(text => ApiVersion.TryParse(text, out var version) ? version : default)
            .Where(version => version >= Oldest && version <= (newest ?? Newest))
            .ToList();
        return shared.Count > 0
            ? shared.Max()
            : throw new PackException(
                PackErrorIds.IncompatibleApi, PackErrorKind.Unsupported,
                $"The lifecycle {builder.Lifecycle.Version} of the builder '{builder.Name}' supports platform API {string.Join(", ", offered)}; the {(newest is null ? "module" : "export route Registry")} needs one of {Oldest} to {newest ?? Newest}.")
            {
                Target = builder.Name,
                RecommendedAction = newest is null ? "Use a builder with a newer lifecycle." : "Omit -ExportRoute.",
            };
    }
}
