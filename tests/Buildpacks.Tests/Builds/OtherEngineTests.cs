using Buildpacks.Builds.Others;
using Buildpacks.Engines;
using Buildpacks.Engines.Location;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

public sealed class OtherEngineTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_an_engine_did_not_have_is_remembered_for_a_while_and_until_it_is_built_there()
    {
        var other = new OtherEngine(EngineEnvironment.Current(), _folder["absent"]);

        Assert.False(other.IsAbsent(PackEngineKind.Podman, "web"));
        other.NoteAbsent(PackEngineKind.Podman, "web");
        Assert.True(other.IsAbsent(PackEngineKind.Podman, "web"));
        Assert.False(other.IsAbsent(PackEngineKind.Docker, "web"));
        Assert.False(other.IsAbsent(PackEngineKind.Podman, "other"));

        File.SetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(_folder["absent"])), DateTime.UtcNow.AddMinutes(-11));
        Assert.False(other.IsAbsent(PackEngineKind.Podman, "web"));

        other.NoteAbsent(PackEngineKind.Podman, "web");
        other.Forget(PackEngineKind.Podman, "web");
        other.Forget(PackEngineKind.Podman, "never");
        Assert.False(other.IsAbsent(PackEngineKind.Podman, "web"));
    }
}
