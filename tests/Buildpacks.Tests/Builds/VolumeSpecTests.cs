using Buildpacks.Builds.Planning;
using Buildpacks.Engines;

namespace Buildpacks.Tests.Builds;

public sealed class VolumeSpecTests
{
    [Theory]
    [InlineData("/home/me/.m2:/m2", ContainerMountKind.Bind, "/home/me/.m2", "/m2", true)]
    [InlineData("/home/me/.m2:/m2:rw", ContainerMountKind.Bind, "/home/me/.m2", "/m2", false)]
    [InlineData("my-volume:/data:ro", ContainerMountKind.Volume, "my-volume", "/data", true)]
    [InlineData("my.volume_2:/data:rw", ContainerMountKind.Volume, "my.volume_2", "/data", false)]
    [InlineData("./sub:/data", ContainerMountKind.Bind, "/base/sub", "/data", true)]
    [InlineData("../sub:/data", ContainerMountKind.Bind, "/sub", "/data", true)]
    [InlineData(@"C:\Users\me:/data:rw", ContainerMountKind.Bind, @"C:\Users\me", "/data", false)]
    public void Volumes_read_as_pack_writes_them(string text, ContainerMountKind kind, string source, string target, bool readOnly)
    {
        var mount = VolumeSpec.Parse(text, "/base", out var warning);

        Assert.Equal(new ContainerMount(kind, source, target, readOnly), mount);
        Assert.Null(warning);
    }

    [Theory]
    [InlineData("data:/data:z", true, "z")]
    [InlineData("data:/data:rw,Z", false, "Z")]
    [InlineData("/data:/data:nocopy,rw,exec,rprivate", false, "nocopy,exec,rprivate")]
    [InlineData("data:/data:U,ro", true, "U")]
    [InlineData("/data:/data:idmap=uids=0-1-10#10-11-10", true, "idmap=uids=0-1-10#10-11-10")]
    [InlineData("data:/data:rw", false, "")]
    public void Options_of_the_engines_are_kept_in_their_order(string text, bool readOnly, string options)
    {
        var mount = VolumeSpec.Parse(text, "/base", out _);

        Assert.Equal((readOnly, options), (mount.ReadOnly, string.Join(',', mount.Options)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("only-a-source")]
    [InlineData(":/target")]
    [InlineData("source:")]
    [InlineData("source:relative")]
    [InlineData("source:/a/../b")]
    [InlineData("source:/a:z,,Z")]
    [InlineData("source:/a:no space")]
    [InlineData("source:/a:z,é")]
    [InlineData("source:/a:ro:rw")]
    [InlineData("source:/a:")]
    [InlineData("source:/")]
    [InlineData("source:/cnb")]
    [InlineData("source:/workspace/:rw")]
    public void What_is_no_volume_is_named(string text)
    {
        var failure = Assert.Throws<PackException>(() => VolumeSpec.Parse(text, "/base", out _));

        Assert.Equal(("VolumeInvalid", text), (failure.ErrorId, failure.Target));
    }

    [Fact]
    public void The_folder_of_the_app_is_that_of_the_build()
    {
        VolumeSpec.Parse("volume:/workspace", "/base", out var none, "/app");
        VolumeSpec.Parse("volume:/app/data", "/base", out var warning, "/app");

        Assert.Null(none);
        Assert.Contains("mounted in /app", warning, StringComparison.Ordinal);
        Assert.Throws<PackException>(() => VolumeSpec.Parse("volume:/app", "/base", out _, "/app"));
    }

    [Theory]
    [InlineData("./a\0b:/data")]
    [InlineData("volume:/da\0ta")]
    public void A_null_character_is_refused(string text) =>
        Assert.Contains("null character", Assert.Throws<PackException>(() => VolumeSpec.Parse(text, "/base", out _)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("/cnb/buildpacks", true)]
    [InlineData("/layers/x", true)]
    [InlineData("/workspace/node_modules", true)]
    [InlineData("/platform/bindings", false)]
    [InlineData("/workspace2", false)]
    public void A_target_that_belongs_to_the_build_gives_a_warning(string target, bool warns)
    {
        VolumeSpec.Parse("volume:" + target, "/base", out var warning);

        Assert.Equal(warns, warning is not null);
    }
}
