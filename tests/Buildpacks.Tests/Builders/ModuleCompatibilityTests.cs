using Buildpacks.Builders;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builders;

public class ModuleCompatibilityTests
{
    private static readonly LifecycleDescriptor Lifecycle = new()
    {
        Version = "0.20.0",
        Apis = new LifecycleApis { Buildpack = new ApiVersions { Deprecated = ["0.7"], Supported = ["0.7", "0.10"] } },
    };

    private static readonly ImageDetail BuildImage = new()
    {
        Id = "sha256:0",
        Config = new OciImageConfig
        {
            Os = "linux",
            Architecture = "amd64",
            Config = new OciContainerConfig
            {
                Labels = new Dictionary<string, string>
                {
                    ["io.buildpacks.stack.id"] = "samples",
                    ["io.buildpacks.stack.mixins"] = "[\"git\",\"build:make\"]",
                    ["io.buildpacks.base.distro.name"] = "debian",
                    ["io.buildpacks.base.distro.version"] = "12",
                },
            },
        },
    };

    [Theory]
    [InlineData("api = '0.10'")]
    [InlineData("api = '0.7'")]
    [InlineData("api = '0.10'\n[[stacks]]\nid = '*'")]
    [InlineData("api = '0.10'\n[[stacks]]\nid = 'other'\n[[stacks]]\nid = 'samples'\nmixins = ['git', 'run:curl', 'build:make']")]
    [InlineData("api = '0.10'\n[[targets]]\nos = 'linux'")]
    [InlineData("api = '0.10'\n[[targets]]\nos = 'linux'\narch = 'arm64'\n[[targets]]\nos = 'linux'\narch = 'amd64'")]
    [InlineData("api = '0.10'\n[[targets]]\nos = 'linux'\n[[targets.distros]]\nname = 'debian'\nversion = '12'")]
    [InlineData("api = '0.10'\n[[targets]]\nos = '*'\n[[stacks]]\nid = 'other'")]
    public void A_compatible_module_is_accepted(string toml) => new ModuleCompatibility(Lifecycle, BuildImage).Check(Parse(toml));

    [Theory]
    [InlineData("api = '0.9'", "BuildpackApiIncompatible", "buildpack API 0.9; the lifecycle 0.20.0 supports 0.7, 0.10")]
    [InlineData("api = '0.10'\n[[stacks]]\nid = 'other'", "BuildpackStackIncompatible", "runs on other; the build image has the stack samples")]
    [InlineData("api = '0.10'\n[[stacks]]\nid = '*'\nmixins = ['make']", "BuildpackStackIncompatible", "needs the mixin 'make'")]
    [InlineData("api = '0.10'\n[[targets]]\nos = 'windows'", "BuildpackTargetIncompatible", "runs on windows/*; the build image is linux/amd64 (debian 12)")]
    [InlineData("api = '0.10'\n[[targets]]\nos = 'linux'\narch = 'arm64'", "BuildpackTargetIncompatible", "runs on linux/arm64")]
    [InlineData("api = '0.10'\n[[targets]]\nos = 'linux'\n[[targets.distros]]\nname = 'ubuntu'\nversion = '24.04'", "BuildpackTargetIncompatible", "linux/* (ubuntu 24.04)")]
    public void An_incompatible_module_is_an_error(string toml, string id, string expected)
    {
        var failure = Assert.Throws<PackException>(() => new ModuleCompatibility(Lifecycle, BuildImage).Check(Parse(toml)));

        Assert.Equal(id, failure.ErrorId);
        Assert.StartsWith("samples/web@1", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static BuildpackDescriptor Parse(string toml)
    {
        var lines = toml.Split('\n', 2);
        return BuildpackDescriptorReader.Parse(
            "buildpack.toml", $"{lines[0]}\n[buildpack]\nid = 'samples/web'\nversion = '1'\n{(lines.Length > 1 ? lines[1] : "")}", ModuleKind.Buildpack);
    }
}
