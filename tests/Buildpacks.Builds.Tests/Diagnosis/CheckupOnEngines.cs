using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Diagnosis;

public sealed class PodmanCheckupTests(PodmanFixture engine) : CheckupTests(engine), IClassFixture<PodmanFixture>
{
    protected override IReadOnlyDictionary<string, PackEngineCheckResult> Odd { get; } = new Dictionary<string, PackEngineCheckResult>
    {
        ["RootlessIds"] = PackEngineCheckResult.Skipped,
        ["RegistryLogin"] = PackEngineCheckResult.Skipped,
    };
}

[Trait("Category", "Long")]
public sealed class RootlessPodmanCheckupTests(RootlessPodmanFixture engine) : CheckupTests(engine), IClassFixture<RootlessPodmanFixture>
{
    protected override IReadOnlyDictionary<string, PackEngineCheckResult> Odd => new Dictionary<string, PackEngineCheckResult>
    {
        ["Storage"] = engine.StorageDriver == "vfs" ? PackEngineCheckResult.Warning : PackEngineCheckResult.Passed,

        // Some machines keep it to root; then there is no network for rootless containers, and the check has to say so.
        ["Network"] = (File.GetUnixFileMode("/dev/net/tun") & UnixFileMode.OtherWrite) != 0 ? PackEngineCheckResult.Passed : PackEngineCheckResult.Failed,
        ["RegistryLogin"] = PackEngineCheckResult.Skipped,
    };
}

public sealed class DockerCheckupTests(DockerdFixture engine) : CheckupTests(engine), IClassFixture<DockerdFixture>
{
    protected override IReadOnlyDictionary<string, PackEngineCheckResult> Odd { get; } = new Dictionary<string, PackEngineCheckResult>
    {
        ["RootlessIds"] = PackEngineCheckResult.Skipped,

        // The tests' docker has no bridge.
        ["Network"] = PackEngineCheckResult.Warning,
        ["RegistryLogin"] = PackEngineCheckResult.Skipped,
    };
}
