using Buildpacks.Testing.Engines;

namespace Buildpacks.Testing.Builders;

/// <summary>An engine with a builder, whichever engine it is.</summary>
public interface IBuildFixture
{
    /// <summary>The engine.</summary>
    EngineFixture Engine { get; }

    /// <summary>The builder's name.</summary>
    string Builder { get; }

    /// <summary>The name of the builder's run image.</summary>
    string RunImage { get; }

    /// <summary>Skips the running test when something is missing; fails it with <c>CI=true</c>.</summary>
    void Require();
}
