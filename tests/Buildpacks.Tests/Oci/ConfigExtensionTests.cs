using System.Text.Json;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Oci;

public class ConfigExtensionTests
{
    [Fact]
    public void What_an_engine_adds_to_a_config_survives_reading_and_writing()
    {
        const string Json = """{"architecture":"amd64","os":"linux","config":{"User":"1000","Healthcheck":{"Test":["NONE"]}},"rootfs":{"type":"layers","diff_ids":[]},"moby.buildkit":"x"}""";

        var config = JsonSerializer.Deserialize(Json, OciJson.Default.OciImageConfig)!;
        var written = JsonSerializer.Serialize(config with { Os = "linux" }, OciJson.Default.OciImageConfig);

        Assert.Equal("1000", config.Config!.User);
        Assert.Contains("\"Healthcheck\":{\"Test\":[\"NONE\"]}", written, StringComparison.Ordinal);
        Assert.Contains("\"moby.buildkit\":\"x\"", written, StringComparison.Ordinal);
    }
}
