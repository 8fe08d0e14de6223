using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>
/// The images that the examples speak of. A build takes seconds and there are more than sixty examples, so they are built when one of them is
/// gone or is another image than the build gave, and after an example that removes caches.
/// </summary>
public sealed class ExampleImages
{
    private const string Build = """
        Invoke-PackBuild localhost/web -Builder localhost/samples/builder -Engine Podman 6>$null
        Invoke-PackBuild localhost/shop ./apps/static-site -Builder localhost/samples/builder -Engine Podman 6>$null
        """;

    private static readonly string[] Names = ["localhost/web:latest", "localhost/shop:latest"];

    private List<string?>? _built;

    /// <summary>Builds the images in <paramref name="podman"/> unless both are there as they were built last.</summary>
    internal async Task EnsureAsync(PackSession session, PodmanFixture podman)
    {
        if (_built is null || !_built.SequenceEqual(await ReadIdsAsync(podman)))
        {
            session.Run(Build).Checked();
            _built = await ReadIdsAsync(podman);
            Assert.DoesNotContain(null, _built);
        }
    }

    /// <summary>Has the images built again when an example removed the caches that its page, or the next one, shows.</summary>
    internal void AfterExample(string code)
    {
        if (code.Contains("Clear-PackCache", StringComparison.OrdinalIgnoreCase) || code.Contains("-ClearCache", StringComparison.OrdinalIgnoreCase))
        {
            _built = null;
        }
    }

    private static async Task<List<string?>> ReadIdsAsync(PodmanFixture podman)
    {
        var found = await podman.CreateEngine().Images.InspectAsync(Names, CancellationToken.None);
        return [.. Names.Select(name => found.GetValueOrDefault(name)?.Id)];
    }
}
