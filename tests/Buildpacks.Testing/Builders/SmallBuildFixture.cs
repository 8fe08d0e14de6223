using Buildpacks.Testing.Engines;

namespace Buildpacks.Testing.Builders;

/// <summary>The same with a store and a temporary folder on small file systems of their own, for tests that fill them or take them away.</summary>
/// <typeparam name="TEngine">The engine.</typeparam>
public sealed class SmallBuildFixture<TEngine>() : BuildFixture<TEngine>(new TEngine { Sizes = (StoreSize, TemporarySize) })
    where TEngine : EngineFixture, new()
{
    /// <summary>The store's size: room for the builder as a driver without shared layers keeps it.</summary>
    public const long StoreSize = 512L * 1024 * 1024;

    /// <summary>The temporary folder's size: room for the builder's layers.</summary>
    public const long TemporarySize = 64L * 1024 * 1024;
}
