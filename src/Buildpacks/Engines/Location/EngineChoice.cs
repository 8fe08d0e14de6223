namespace Buildpacks.Engines.Location;

/// <summary>Which engine somebody wants. Each half may be left open.</summary>
/// <param name="Kind">Podman or docker; <see langword="null"/> leaves it open.</param>
/// <param name="Endpoint">
/// For docker the address of its API; for podman the name of a connection, the address of a podman service, or the full path of the
/// executable; <see langword="null"/> leaves it open.
/// </param>
public sealed record EngineChoice(PackEngineKind? Kind = null, string? Endpoint = null)
{
    /// <summary>Whether nothing is chosen.</summary>
    public bool IsEmpty => Kind is null && Endpoint is null;

    /// <summary>The kind that the choice means: an address alone means docker, a bare name or an ssh address a podman connection.</summary>
    public PackEngineKind? ImpliedKind => Kind ?? Endpoint switch
    {
        null => null,
        _ when Endpoint.StartsWith("ssh://", StringComparison.OrdinalIgnoreCase) => PackEngineKind.Podman,
        _ when Endpoint.Contains(':', StringComparison.Ordinal) || Endpoint.StartsWith('/') => PackEngineKind.Docker,
        _ => PackEngineKind.Podman,
    };

    /// <summary>Reads an engine's name.</summary>
    /// <param name="name"><c>podman</c> or <c>docker</c>, in any case.</param>
    /// <returns>The kind; <see langword="null"/> when it is neither.</returns>
    public static PackEngineKind? ParseKind(string name) =>
        name.Trim().ToUpperInvariant() switch
        {
            "PODMAN" => PackEngineKind.Podman,
            "DOCKER" => PackEngineKind.Docker,
            _ => null,
        };
}
