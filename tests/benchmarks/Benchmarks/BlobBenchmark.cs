using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Layouts;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>An image with one layer of 1 GB from a layout folder into a registry, against skopeo.</summary>
internal sealed class BlobBenchmark : IBenchmark
{
    private const double RatioGoal = 1.0;
    private const int Megabytes = 1024;
    private const int SmallMegabytes = 64;

    /// <inheritdoc/>
    public string Name => "blob";

    /// <inheritdoc/>
    public string Summary => "a layer of 1 GB into a registry, against skopeo copy";

    /// <inheritdoc/>
    public async Task<BenchmarkReport> RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return new BenchmarkReport([await MeasureAsync(settings, cancellationToken)]);
        }
        catch (EngineMissingException missing)
        {
            return new BenchmarkReport([Figure.NotMeasured("A layer of 1 GB into a registry", missing.Message)]);
        }
    }

    private static async Task<Figure> MeasureAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder("bench-layout");
        var megabytes = settings.IsSmall ? SmallMegabytes : Megabytes;
        var name = ImageReference.Parse("example.org/blob:source");
        using var layout = new LayoutStore(folder["layout"]);
        await FillAsync(layout, name, folder["layer"], megabytes, cancellationToken);
        File.Delete(folder["layer"]);
        using var client = PublishStage.Connect();
        var store = new RegistryImageStore(client);
        var comparison = await SideBySide.RunAsync(
            settings.FewRuns,
            () => TimeAsync(target => new StoreCopier(layout, store).CopyAsync(name, [target], cancellationToken)),
            () => TimeAsync(async target => (await ToolRun.RunAsync(
                "skopeo",
                ["copy", "--quiet", "--preserve-digests", "--insecure-policy", "--dest-tls-verify=false", $"oci:{folder["layout"]}:{name}", $"docker://{target}"])).Checked()),
            cancellationToken);
        return Figure.Slower($"A layer of {megabytes:N0} MB from a layout into a registry", comparison, "skopeo copy", RatioGoal);

        // A registry of its own for each copy: skopeo remembers where it has put a blob, and lets the registry mount it.
        static async Task<TimeSpan> TimeAsync(Func<ImageReference, Task> copy)
        {
            await using var registry = await PublishStage.StartAsync();
            return await SideBySide.TimeAsync(() => copy(ImageReference.Parse(registry.Name("copy") + ":latest")));
        }
    }

    private static async Task FillAsync(LayoutStore layout, ImageReference name, string file, int megabytes, CancellationToken cancellationToken)
    {
        await using (var layer = File.Create(file))
        {
            await new NoiseStream((long)megabytes << 20).CopyToAsync(layer, cancellationToken);
        }

        string digest;
        await using (var layer = File.OpenRead(file))
        {
            digest = "sha256:" + Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(layer, cancellationToken));
        }

        // Noise is no gzip; nobody unpacks it.
        var blob = BlobSource.OfFile(file, new OciDescriptor { MediaType = MediaTypes.LayerTarGzip, Digest = digest, Size = (long)megabytes << 20 });
        var config = BlobSource.OfBytes(MediaTypes.Config, System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{digest}}}"]},"config":{}}"""));
        await layout.PutBlobAsync(name, blob, null, cancellationToken);
        await layout.PutBlobAsync(name, config, null, cancellationToken);
        await layout.PutManifestAsync(
            name, StoredManifest.Of(new OciManifest { MediaType = MediaTypes.Manifest, Config = config.Descriptor, Layers = [blob.Descriptor] }), cancellationToken);
    }
}
