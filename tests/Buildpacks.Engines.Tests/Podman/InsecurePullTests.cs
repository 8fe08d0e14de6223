using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Configuration;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>podman is told which registries are insecure.</summary>
public sealed class InsecurePullTests
{
    [LinuxTheory]
    [InlineData("insecure.example.com:5000", true)]
    [InlineData("INSECURE.example.com:5000", true)]
    [InlineData("other.example.com", false)]
    public async Task Only_the_named_registry_is_pulled_from_without_a_check(string insecure, bool isUnchecked)
    {
        using var podman = new FakePodman("echo \"$*\" >> \"${0%/*}/calls\"; [ \"$1\" = pull ] || [[ \"$*\" = *pull* ]] && exit 0; echo '[]'");
        var fetcher = new ImageFetcher(
            podman.Engine, PullPolicy.Always, RegistryLocations.OfPack(new PackConfig { Path = "" }), new RegistryCredentials([]), new PhaseClock(), new SilentSink(), NullLogger.Instance)
        {
            InsecureRegistries = [insecure],
        };

        await fetcher.RefreshAsync(ImageReference.Parse("insecure.example.com:5000/team/run:1"), CancellationToken.None);

        var pull = Assert.Single(await File.ReadAllLinesAsync(podman["calls"]), line => line.Contains("pull", StringComparison.Ordinal));
        Assert.Equal(isUnchecked, pull.Contains("--tls-verify=false", StringComparison.Ordinal));
    }
}
