using System.Text;
using System.Text.Json.Nodes;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Testing.Registries;

/// <summary>
/// An index of an image for two platforms: one of an engine, and the same with a config that says arm64. Its programs are the same, so that an
/// engine runs both.
/// </summary>
public static class PlatformIndex
{
    /// <summary>Puts an image of an engine into a registry, as an index for its platform and for linux/arm64.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The image in the engine.</param>
    /// <param name="name">The name of the index; the engine does not have it afterwards.</param>
    public static async Task MakeAsync(IEngine engine, string image, string name)
    {
        await engine.Images.TagAsync(image, name, CancellationToken.None);
        await engine.Images.PushAsync(new ImageTransfer(name) { Insecure = true }, null, CancellationToken.None);
        await engine.Images.RemoveAsync(name, force: false, CancellationToken.None);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryImageStore(client);
        var reference = ImageReference.Parse(name);
        var first = await store.ResolveAsync(reference, new OciPlatform("amd64", "linux"), CancellationToken.None);
        var config = JsonNode.Parse(first.ConfigContent.Span)!;
        config["architecture"] = "arm64";
        using var blob = BlobSource.OfBytes(first.Manifest.Config.MediaType, Encoding.UTF8.GetBytes(config.ToJsonString()));
        await store.PutBlobAsync(reference, blob, null, CancellationToken.None);
        var manifest = JsonNode.Parse(first.Document.Content.Span)!;
        manifest["config"]!["digest"] = blob.Descriptor.Digest;
        manifest["config"]!["size"] = blob.Descriptor.Size;
        var second = StoredManifest.Read(Encoding.UTF8.GetBytes(manifest.ToJsonString()), first.Document.Descriptor.MediaType, "test");
        await store.PutManifestAsync(reference.WithDigest(second.Descriptor.Digest), second, CancellationToken.None);
        await store.PutManifestAsync(
            reference,
            StoredManifest.Of(new OciIndex
            {
                Manifests =
                [
                    first.Document.Descriptor with { Platform = new OciPlatform("amd64", "linux") },
                    second.Descriptor with { Platform = new OciPlatform("arm64", "linux") },
                ],
            }),
            CancellationToken.None);
    }
}
