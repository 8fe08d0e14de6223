using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Apis;

/// <summary>lifecycle.toml, by which an archive of this lifecycle says what it speaks.</summary>
internal static class LifecycleDescriptor
{
    /// <summary>The file's text.</summary>
    /// <param name="version">The lifecycle's version.</param>
    public static string Text(string version) => TomlText.Of(new TomlTable()
        .WithAlways("apis", new TomlTable()
            .WithAlways("buildpack", Versions(SupportedApis.Buildpack))
            .WithAlways("platform", Versions(SupportedApis.Platform)))
        .WithAlways("api", new TomlTable()
            .WithAlways("platform", SupportedApis.Platform.Lowest.ToString())
            .WithAlways("buildpack", SupportedApis.Buildpack.Lowest.ToString()))
        .WithAlways("lifecycle", new TomlTable().WithAlways("version", version)));

    private static TomlTable Versions(ApiRange range) => new TomlTable()
        .WithAlways("deprecated", new TomlArray())
        .WithAlways("supported", range.All().Select(version => version.ToString()).ToToml());
}
