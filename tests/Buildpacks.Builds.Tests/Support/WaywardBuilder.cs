using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Images;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>A builder whose lifecycle is a shell script that does what no lifecycle should: what a build does then is what is tested.</summary>
internal static class WaywardBuilder
{
    private const string Layout = "/layers/.layouts/index.docker.io/test/wayward/latest";

    /// <summary>Writes a blob into the layout, and leaves its digits in <c>$hex</c> and its size in <c>$size</c>.</summary>
    public const string Functions = $$"""
        #!/bin/sh
        set -e
        L={{Layout}}
        mkdir -p $L/blobs/sha256
        blob() { cat > /tmp/blob; hex=$(sha256sum /tmp/blob | cut -d' ' -f1); size=$(stat -c %s /tmp/blob); cp /tmp/blob $L/blobs/sha256/$hex; }
        index() { echo "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:$1\",\"size\":$2}]}" > $L/index.json; }

        """;

    /// <summary>Makes the builder.</summary>
    /// <param name="fixture">The engine, and the run image.</param>
    /// <param name="creator">The creator's script; <see langword="null"/> for none.</param>
    /// <param name="platformApi">The platform API the builder says it speaks.</param>
    /// <param name="runImage">The run image the builder names; the fixture's by default.</param>
    /// <param name="files">More files of the builder, by path.</param>
    /// <returns>Its name.</returns>
    public static async Task<string> MakeAsync(
        IBuildFixture fixture, string? creator, string platformApi = "0.12", string? runImage = null, IReadOnlyDictionary<string, string>? files = null)
    {
        fixture.Require();
        var all = new Dictionary<string, string>(files ?? new Dictionary<string, string>()) { ["cnb/order.toml"] = "", ["layers/"] = "" };
        if (creator is not null)
        {
            all["cnb/lifecycle/creator"] = creator;
        }

        await using var engine = fixture.Engine.CreateEngine();
        return await new TestImage
        {
            Name = $"test/wayward-builder:{Guid.NewGuid():N}",
            User = "1000:1000",
            Environment = ["PATH=/bin", "CNB_USER_ID=1000", "CNB_GROUP_ID=1000"],
            Labels = new Dictionary<string, string>
            {
                ["io.buildpacks.builder.metadata"] = $$"""
                    {
                      "lifecycle": { "version": "0.0.1", "apis": { "buildpack": { "supported": ["0.10"] }, "platform": { "supported": ["{{platformApi}}"] } } },
                      "images": [{ "image": "{{runImage ?? fixture.RunImage}}" }]
                    }
                    """,
            },
            Files = all,
        }.LoadAsync(engine);
    }

    /// <summary>A request that uses such a builder.</summary>
    public static BuildRequest Request(BuildBench bench, string builder) => bench.Request with { Builder = builder, ImageName = "test/wayward" };
}
