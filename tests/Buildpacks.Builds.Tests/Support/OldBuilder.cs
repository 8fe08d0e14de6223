using System.Formats.Tar;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Exports;
using Buildpacks.Stores.Sparse;
using Buildpacks.Testing.Builders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>The builder of a fixture with a label that says that its lifecycle is an older one.</summary>
internal static class OldBuilder
{
    private const string Label = "io.buildpacks.builder.metadata";

    /// <summary>Makes the builder. Its layers are those of the fixture's.</summary>
    /// <param name="fixture">The engine with the builder.</param>
    /// <param name="platformApis">The platform APIs that the label names.</param>
    /// <returns>Its name.</returns>
    public static async Task<string> MakeAsync(IBuildFixture fixture, params string[] platformApis)
    {
        fixture.Require();
        await using var engine = fixture.Engine.CreateEngine();
        var builder = (await engine.Images.InspectAsync([fixture.Builder], CancellationToken.None))[fixture.Builder];
        var labels = builder.Config.Config!.Labels!.ToDictionary();
        var metadata = JsonNode.Parse(labels[Label])!;
        metadata["lifecycle"]!["apis"]!["platform"]!["supported"] = new JsonArray([.. platformApis.Select(api => (JsonNode)api)]);
        metadata["lifecycle"]!["apis"]!["platform"]!["deprecated"] = new JsonArray();
        labels[Label] = metadata.ToJsonString();
        using var layout = new MemoryStream();
        await using (var tar = new TarWriter(layout, leaveOpen: true))
        {
            var image = SparseImage.From(builder.Config with { Config = builder.Config.Config with { Labels = labels } });
            await new SparseLayoutWriter(tar, TarOwner.Root).WriteAsync(".", "layout", image, blobs: null, CancellationToken.None);
        }

        var name = ImageReference.Parse("test/old-builder:" + string.Join('-', platformApis)).ToString();
        await new LayoutImporter(engine, NullLogger.Instance).ImportAsync(
            new LayoutImport { Open = _ => Task.FromResult<Stream>(new MemoryStream(layout.ToArray())), Names = [name], HeldIn = [builder] }, CancellationToken.None);
        return name;
    }
}
