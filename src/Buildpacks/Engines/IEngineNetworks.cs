namespace Buildpacks.Engines;

/// <summary>The networks of an engine.</summary>
/// <remarks>Errors and cancellation are those of <see cref="IEngine"/>.</remarks>
public interface IEngineNetworks
{
    /// <summary>The networks that a container can be put into.</summary>
    Task<IReadOnlyList<NetworkSummary>> ListAsync(CancellationToken cancellationToken);
}
