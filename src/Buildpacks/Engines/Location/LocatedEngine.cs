namespace Buildpacks.Engines.Location;

/// <summary>An engine that was found, ready to be used. Disposing it closes the engine.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Description">What scripts see of it. Version and platform are <see langword="null"/> when it was not asked.</param>
public sealed record LocatedEngine(IEngine Engine, PackEngine Description) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
