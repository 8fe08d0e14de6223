namespace Buildpacks.Engines;

/// <summary>The networks of an engine.</summary>
/// <remarks>Errors and cancellation are those of <see cref="IEngine"/>.</remarks>
public interface IEngineNetworks
{
    /// <summary>The networks that a container can be put into.</summary>
    Task<IReadOnlyList<NetworkSummary>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A network that containers can be put into.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Driver">What makes it: <c>bridge</c>, <c>macvlan</c>, ….</param>
public sealed record NetworkSummary(string Name, string Driver);
