using System.Collections;
using Buildpacks.Builds.Planning;
using Buildpacks.Engines.Location;
using Buildpacks.Oci;

namespace Buildpacks.Commands;

/// <summary>Reads the engines of single platforms: a table with platforms as names.</summary>
internal static class PlatformEngines
{
    /// <summary>Reads a table.</summary>
    /// <param name="table">The engine for each platform: Podman, Docker, ENGINE:ENDPOINT, or an object of Get-PackEngine.</param>
    /// <param name="platforms">The platforms of the build.</param>
    /// <exception cref="PackException"><c>PlatformInvalid</c>, <c>PlatformEngineInvalid</c>.</exception>
    public static IReadOnlyDictionary<OciPlatform, EngineChoice> Read(IDictionary? table, IReadOnlyList<string> platforms)
    {
        var known = platforms.Select(PlatformName.Read).ToHashSet();
        var engines = new Dictionary<OciPlatform, EngineChoice>();
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            var platform = PlatformName.Read($"{entry.Key}");
            if (!known.Contains(platform))
            {
                throw Invalid(platform, $"-PlatformEngine has an engine for {platform}, and -Platform does not have this platform.", $"Add {platform} to -Platform, or remove it from -PlatformEngine.");
            }

            engines[platform] = ReadEngine(PipedValue.Unwrap(entry.Value))
                ?? throw Invalid(platform, $"'{entry.Value}' is not an engine for {platform}.", "Write Podman, Docker or ENGINE:ENDPOINT, such as Docker:ssh://me@host, or use an object of Get-PackEngine.");
        }

        return engines;
    }

    private static EngineChoice? ReadEngine(object? value) => value switch
    {
        PackEngine engine => new EngineChoice(engine.Engine, engine.Endpoint.Length == 0 ? null : engine.Endpoint),
        PackEngineKind kind => new EngineChoice(kind),
        string text when EngineChoice.ParseKind(text.Split(':', 2)[0]) is { } kind => new EngineChoice(kind, text.Split(':', 2) is [_, { Length: > 0 } endpoint] ? endpoint : null),
        _ => null,
    };

    private static PackException Invalid(OciPlatform platform, string message, string action) =>
        new(PackErrorIds.PlatformEngineInvalid, PackErrorKind.InvalidInput, message) { Target = platform.ToString(), RecommendedAction = action };
}
