using System.Text.Json;
using Buildpacks.Lifecycle.Images.Daemon;

namespace Buildpacks.Lifecycle.Tests.Images;

/// <summary>What of a daemon's answer goes into the config of an image.</summary>
public sealed class DaemonImageTests
{
    [Fact]
    public void A_config_keeps_the_fields_that_images_have_and_no_others()
    {
        const string Answer = """
            {
              "Id": "sha256:1", "Os": "linux", "OsVersion": "10.1", "Architecture": "arm64", "Variant": "v8", "RootFS": { "Layers": ["sha256:2"] },
              "Config": {
                "Hostname": "x", "Image": "sha256:3", "AttachStdin": false, "ArgsEscaped": true, "Cmd": ["c"], "Shell": ["/bin/bash", "-c"],
                "OnBuild": null, "Healthcheck": { "Test": ["NONE"] }, "StopSignal": "SIGQUIT"
              }
            }
            """;

        var config = JsonSerializer.Deserialize(Answer, DaemonJson.Default.DaemonImage)!.ToConfig([]);

        Assert.Equal(("linux", "10.1", "arm64", "v8"), (config.Os, config.OsVersion, config.Architecture, config.Variant));
        Assert.Equal(["Healthcheck", "Shell"], config.Config!.Other!.Keys.Order());
        Assert.Equal("SIGQUIT", config.Config.StopSignal);
        Assert.Equal("c", Assert.Single(config.Config.Cmd!));
    }
}
