using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Phases;

/// <summary>What every phase has around it.</summary>
/// <param name="Log">Where its lines go.</param>
/// <param name="PlatformApi">The API that the platform speaks.</param>
/// <param name="Environment">This process's variables. Phases read them here, never from the process.</param>
internal sealed record PhaseContext(ILifecycleLog Log, ApiVersion PlatformApi, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Reads image names.</summary>
    public ImageNameParser Names { get; } = ImageNameParser.From(Environment);
}
