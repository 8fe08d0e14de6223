using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What has to work with an engine whatever the way to it is: both directions of a connection, and its ends.</summary>
internal static class EngineTrip
{
    private static readonly TestImage Image = new() { Name = "engine-trip-tests:1" };

    /// <summary>Loads an image, fills a container, runs it, and reads its output and its exit code.</summary>
    public static async Task RunContainerAsync(IEngine engine)
    {
        await Image.LoadAsync(engine);
        var container = await engine.Containers.CreateAsync(
            new ContainerSpec { Image = Image.Name, Network = "none", Command = ["sh", "-c", "cat /tmp/file; echo err >&2; exit 7"] }, CancellationToken.None);
        var capture = new OutputCapture();

        await engine.Containers.CopyToAsync(container, "/tmp", TestTar.Of(TestTar.File("file", "text")), CancellationToken.None);
        var exitCode = await engine.Containers.AttachAsync(container, start: true, capture, CancellationToken.None);

        Assert.Equal((7, "text", "err\n"), (exitCode, capture.Output, capture.Error));
        await engine.Containers.RemoveAsync(container, force: true, CancellationToken.None);
    }

    /// <summary>Uploads to a folder that does not exist: the engine refuses in the middle of the upload and says why.</summary>
    public static async Task UploadIsRefusedAsync(IEngine engine)
    {
        await Image.LoadAsync(engine);
        var container = await engine.Containers.CreateAsync(new ContainerSpec { Image = Image.Name, Network = "none" }, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<PackException>(() => engine.Containers.CopyToAsync(
            container, "/no/such/folder", TestTar.OfLargeFile("large", 256 << 20), CancellationToken.None));

        Assert.Equal(PackErrorKind.NotFound, failure.Kind);
        await engine.Containers.RemoveAsync(container, force: true, CancellationToken.None);
    }
}
