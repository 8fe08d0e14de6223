using Buildpacks.Builds.Running;
using Buildpacks.Configuration;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

public sealed class OtherEngineTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_an_engine_did_not_have_is_remembered_for_a_while_and_until_it_is_built_there()
    {
        var other = new OtherEngine(EngineEnvironment.Current(), new Hints(_folder["absent"]));

        Assert.False(other.IsAbsent(PackEngineKind.Podman, "web", Now));
        other.NoteAbsent(PackEngineKind.Podman, "web", Now);
        Assert.True(other.IsAbsent(PackEngineKind.Podman, "web", Now.AddMinutes(9)));
        Assert.False(other.IsAbsent(PackEngineKind.Podman, "web", Now.AddMinutes(11)));
        Assert.False(other.IsAbsent(PackEngineKind.Docker, "web", Now));
        Assert.False(other.IsAbsent(PackEngineKind.Podman, "other", Now));

        other.NotePresent(PackEngineKind.Podman, "web");
        other.NotePresent(PackEngineKind.Podman, "never");
        Assert.False(other.IsAbsent(PackEngineKind.Podman, "web", Now));
        Assert.Single(Directory.GetFiles(_folder["absent"]));
    }
}
