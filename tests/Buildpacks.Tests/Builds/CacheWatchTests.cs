using Buildpacks.Builds.Running;

namespace Buildpacks.Tests.Builds;

public sealed class CacheWatchTests
{
    /// <summary>The words are those of reference lifecycles.</summary>
    [Theory]
    [InlineData(42, "ERROR: failed to restore: restoring data: restoring layer test/app:count: unexpected EOF", true)]
    [InlineData(1, "ERROR: failed to create volume cache: creating committed directory '/cache/committed': mkdir /cache/committed: not a directory", true)]
    [InlineData(1, "ERROR: failed to chown volumes: recursively setting ownership of /cache to 1000:1000: permission denied", true)]
    [InlineData(62, "ERROR: failed to create launch cache: initializing staging directory '/launch-cache/staging'", true)]
    [InlineData(62, "ERROR: failed to export: saving image: failed to fetch base layers", false)]
    [InlineData(1, "ERROR: failed to access run image", false)]
    [InlineData(51, "ERROR: failed to build: cannot write /cache/x", false)]
    [InlineData(62, "Warning: the volume cache is slow", false)]
    public void A_failure_of_the_cache_is_told_from_others(int exitCode, string line, bool isOfCache)
    {
        var failure = LifecycleFailure.Create(exitCode, "exporting", [line], "web");

        Assert.Equal(isOfCache, CacheWatch.Explains(failure));
    }

    [Fact]
    public void A_full_disk_is_not_taken_for_a_damaged_cache() =>
        Assert.False(CacheWatch.Explains(LifecycleFailure.Create(42, "restoring", ["ERROR: write /cache/staging/x: no space left on device"], "web")));

    [Theory]
    [InlineData("test/app:count", "the layer test/app:count is damaged")]
    [InlineData("test/app:other", null)]
    public void A_damaged_layer_that_is_kept_is_noticed(string reused, string? damage)
    {
        var watch = new CacheWatch();
        watch.Take("Warning: Skipping restore for layer test/app:count: expected layer contents to have SHA 'sha256:ab'; found 'sha256:cd'");
        watch.Take($"Reusing cache layer '{reused}'");

        Assert.Equal(damage, watch.Damage);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_noticed()
    {
        var watch = new CacheWatch();
        watch.Take("Warning: Failed to export cache: committing cache: backing up cache: rename /cache/committed: permission denied");

        Assert.StartsWith("committing cache", watch.Damage, StringComparison.Ordinal);
    }
}
