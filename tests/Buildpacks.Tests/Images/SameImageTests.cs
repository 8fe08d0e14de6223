using System.Text.Json;
using Buildpacks.Oci;
using Buildpacks.Stores;

namespace Buildpacks.Tests.Images;

/// <summary>The configs of one image as two engines tell them, and of images that are almost the same.</summary>
public sealed class SameImageTests
{
    private const string Empty = "{}";

    private static readonly OciImageConfig Image = new()
    {
        Created = "1980-01-01T00:00:01Z",
        Author = "somebody",
        Os = "linux",
        Architecture = "amd64",
        Rootfs = new OciRootFs { DiffIds = ["sha256:a", "sha256:b"] },
        Config = new OciContainerConfig
        {
            User = "1000",
            WorkingDir = "/workspace",
            StopSignal = "SIGINT",
            Env = ["PATH=/bin", "A=1"],
            Entrypoint = ["/cnb/process/web"],
            Cmd = ["-v"],
            Labels = new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" },
            ExposedPorts = Keys("80/tcp"),
            Volumes = Keys("/data"),
        },
    };

    [Fact]
    public void What_only_one_engine_tells_and_how_it_is_written_does_not_matter()
    {
        var other = Image with
        {
            Created = "1980-01-01T01:00:01.000+01:00",
            Variant = "v8",
            History = [new OciHistory { CreatedBy = "test" }],
            Config = Image.Config! with
            {
                Labels = new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" },
                Other = new Dictionary<string, JsonElement> { ["Healthcheck"] = Json(Empty) },
            },
        };

        Assert.True(SameImage.Is(Image, other));
        Assert.True(SameImage.Is(other, Image));
    }

    [Fact]
    public void Nothing_may_be_written_in_several_ways()
    {
        var bare = new OciImageConfig { Os = "linux", Architecture = "amd64" };
        var spelled = bare with
        {
            Created = "0001-01-01T00:00:00Z",
            Author = "",
            Config = new OciContainerConfig
            {
                User = "", WorkingDir = "", StopSignal = "", Env = [], Entrypoint = [], Cmd = [],
                Labels = new Dictionary<string, string>(), ExposedPorts = Keys(), Volumes = Keys(),
            },
        };

        Assert.True(SameImage.Is(bare, spelled));
        Assert.True(SameImage.Is(spelled, bare));
    }

    public static TheoryData<string, OciImageConfig> Others() => new()
    {
        { "layer", Image with { Rootfs = new OciRootFs { DiffIds = ["sha256:a", "sha256:c"] } } },
        { "layers in another order", Image with { Rootfs = new OciRootFs { DiffIds = ["sha256:b", "sha256:a"] } } },
        { "fewer layers", Image with { Rootfs = new OciRootFs { DiffIds = ["sha256:a"] } } },
        { "time", Image with { Created = "1980-01-01T00:00:02Z" } },
        { "no time", Image with { Created = null } },
        { "author", Image with { Author = null } },
        { "system", Image with { Os = "windows" } },
        { "architecture", Image with { Architecture = "arm64" } },
        { "no config", Image with { Config = null } },
        { "user", With(config => config with { User = "0" }) },
        { "folder", With(config => config with { WorkingDir = "/" }) },
        { "signal", With(config => config with { StopSignal = null }) },
        { "environment", With(config => config with { Env = ["PATH=/bin", "A=2"] }) },
        { "entry point", With(config => config with { Entrypoint = ["/cnb/process/worker"] }) },
        { "command", With(config => config with { Cmd = null }) },
        { "label", With(config => config with { Labels = new Dictionary<string, string> { ["x"] = "1", ["y"] = "3" } }) },
        { "label's name", With(config => config with { Labels = new Dictionary<string, string> { ["x"] = "1", ["z"] = "2" } }) },
        { "labels", With(config => config with { Labels = null }) },
        { "port", With(config => config with { ExposedPorts = Keys("81/tcp") }) },
        { "volume", With(config => config with { Volumes = Keys("/other") }) },
    };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Any_difference_that_engines_tell_makes_another_image(string what, OciImageConfig other)
    {
        Assert.False(SameImage.Is(Image, other), what);
        Assert.False(SameImage.Is(other, Image), what);
    }

    private static OciImageConfig With(Func<OciContainerConfig, OciContainerConfig> change) => Image with { Config = change(Image.Config!) };

    private static Dictionary<string, JsonElement> Keys(params string[] names) => names.ToDictionary(name => name, _ => Json(Empty));

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
