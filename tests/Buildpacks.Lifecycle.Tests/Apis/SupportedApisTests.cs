using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.Tests.Apis;

public sealed class SupportedApisTests
{
    [Theory]
    [InlineData("0.7")]
    [InlineData("0.12")]
    [InlineData("0.15")]
    public void Platform_apis_in_the_range_are_spoken(string requested) =>
        Assert.Equal(requested, SupportedApis.NegotiatePlatform(Asking(requested)).ToString());

    [Theory]
    [InlineData("0.6", "incompatible")]
    [InlineData("0.16", "incompatible")]
    [InlineData("1.0", "incompatible")]
    [InlineData("1", "incompatible")]
    [InlineData("abc", "failed to parse platform API")]
    [InlineData("0.7.1", "failed to parse platform API")]
    [InlineData("0.-7", "failed to parse platform API")]
    [InlineData("", "please set 'CNB_PLATFORM_API'")]
    public void Other_platform_apis_fail_with_code_11(string requested, string said)
    {
        var failure = Assert.Throws<LifecycleException>(() => SupportedApis.NegotiatePlatform(Asking(requested)));

        Assert.Equal(11, failure.ExitCode);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_platform_that_asks_for_no_api_fails_with_code_11() =>
        Assert.Equal(11, Assert.Throws<LifecycleException>(() => SupportedApis.NegotiatePlatform(new Dictionary<string, string>())).ExitCode);

    [Theory]
    [InlineData("0.7", true)]
    [InlineData("0.12", true)]
    [InlineData("0.6", false)]
    [InlineData("0.13", false)]
    [InlineData(null, false)]
    public void A_buildpack_api_out_of_range_fails_with_code_12_and_names_the_buildpack(string? declared, bool spoken)
    {
        if (spoken)
        {
            Assert.Equal(declared, SupportedApis.NegotiateBuildpack(declared, "a@1").ToString());
            return;
        }

        var failure = Assert.Throws<LifecycleException>(() => SupportedApis.NegotiateBuildpack(declared, "a@1"));
        Assert.Equal(12, failure.ExitCode);
        Assert.Contains("'a@1'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.9", "0.10", -1)]
    [InlineData("0.10", "0.9", 1)]
    [InlineData("1", "1.0", 0)]
    [InlineData("1.0", "0.15", 1)]
    public void Versions_compare_as_numbers(string left, string right, int expected) =>
        Assert.Equal(expected, Math.Sign(ApiVersion.Parse(left).CompareTo(ApiVersion.Parse(right))));

    private static Dictionary<string, string> Asking(string api) => new() { [SupportedApis.PlatformVariable] = api };
}
