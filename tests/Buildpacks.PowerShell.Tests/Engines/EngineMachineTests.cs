namespace Buildpacks.Commands.Tests.Engines;

/// <summary>The tests that share one podman and one dockerd.</summary>
[CollectionDefinition(Name)]
public sealed class EngineMachineTests : ICollectionFixture<EngineMachine>
{
    public const string Name = "podman and docker";
}
