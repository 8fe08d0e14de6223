using System.Collections.Concurrent;

namespace Buildpacks.Engines.Location;

/// <summary>
/// The engines that did not answer in a session. A session keeps one and gives it to each <see cref="EngineRequest"/>: a later search
/// asks such an engine again, but does not wait for it while another engine answers.
/// </summary>
public sealed class UnresponsiveEngines
{
    private readonly ConcurrentDictionary<(PackEngineKind Kind, string Endpoint), bool> _engines = [];

    /// <summary>Whether an engine did not answer.</summary>
    /// <param name="kind">Podman or docker.</param>
    /// <param name="endpoint">Where it is.</param>
    public bool Contains(PackEngineKind kind, string endpoint) => _engines.ContainsKey((kind, endpoint));

    /// <summary>Forgets all of them, so that the next search waits for each again.</summary>
    public void Clear() => _engines.Clear();

    /// <summary>Notes that an engine did not answer.</summary>
    internal void Add(PackEngineKind kind, string endpoint) => _engines[(kind, endpoint)] = true;

    /// <summary>Notes that an engine answers.</summary>
    internal void Remove(PackEngineKind kind, string endpoint) => _engines.TryRemove((kind, endpoint), out _);
}
