using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>Reads the lifecycle.toml of a lifecycle's archive. Keys it does not know are let pass: newer lifecycles may say more.</summary>
internal static class LifecycleDescriptorReader
{
    /// <summary>Reads text.</summary>
    /// <param name="source">Where the text is from, as messages name it.</param>
    /// <param name="text">The text.</param>
    /// <returns>The descriptor, with both the older and the newer form of the APIs filled from whichever is there.</returns>
    /// <exception cref="PackException"><c>LifecycleArchiveInvalid</c>: it is no TOML, or names no version or no APIs.</exception>
    public static LifecycleDescriptor Parse(string source, string text)
    {
        var document = TomlDocument.FromText(source, text, PackErrorIds.LifecycleArchiveInvalid);
        var root = document.Root;
        var lifecycle = root.Section("lifecycle");
        if (lifecycle is null)
        {
            root.Problem("lifecycle", "is missing");
        }

        var older = root.Section("api");
        var apis = root.Section("apis");
        var buildpack = ReadVersions(apis?.Section("buildpack"), older?.String("buildpack"));
        var platform = ReadVersions(apis?.Section("platform"), older?.String("platform"));
        if (buildpack.All(null).Count == 0)
        {
            root.Problem("apis.buildpack.supported", "is missing");
        }

        if (platform.All(null).Count == 0)
        {
            root.Problem("apis.platform.supported", "is missing");
        }

        var version = lifecycle?.RequiredString("version") ?? "";
        document.ThrowIfInvalid(allowUnknownKeys: true);
        return new LifecycleDescriptor
        {
            Version = version,
            Api = new LifecycleApiPair { Buildpack = Earliest(buildpack), Platform = Earliest(platform) },
            Apis = new LifecycleApis { Buildpack = buildpack, Platform = platform },
        };
    }

    private static ApiVersions ReadVersions(TomlSection? section, string? older)
    {
        var versions = new ApiVersions
        {
            Deprecated = section is null ? [] : Versions(section, "deprecated"),
            Supported = section is null ? [] : Versions(section, "supported"),
        };
        return versions.All(null).Count == 0 && !string.IsNullOrEmpty(older) ? new ApiVersions { Supported = [older] } : versions;
    }

    private static IReadOnlyList<string> Versions(TomlSection section, string key)
    {
        var versions = section.Strings(key);
        foreach (var version in versions.Where(version => !ApiVersion.TryParse(version, out _)))
        {
            section.Problem(key, $"has '{version}', which is not an API version such as 0.12");
        }

        return versions;
    }

    private static string Earliest(ApiVersions versions) =>
        versions.All(null).MinBy(text => ApiVersion.TryParse(text, out var version) ? version : default) ?? "";
}
