using System.Management.Automation;

namespace Buildpacks.Commands.Tests.Builds;

public sealed class CreationTimeTests
{
    private static readonly CreationTimeTransformationAttribute Transformation = new();

    [Theory]
    [InlineData(1_700_000_000)]
    [InlineData(1_700_000_000L)]
    [InlineData("1700000000")]
    public void Seconds_since_1970_are_a_time(object typed) =>
        Assert.Equal(new DateTimeOffset(2023, 11, 14, 22, 13, 20, TimeSpan.Zero), Transformation.Transform(null!, typed));

    [Theory]
    [InlineData("now")]
    [InlineData(" NOW ")]
    public void Now_is_the_time_of_the_call(string typed)
    {
        var before = DateTimeOffset.UtcNow;

        Assert.InRange(Assert.IsType<DateTimeOffset>(Transformation.Transform(null!, typed)), before, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("2026-03-04")]
    [InlineData("yesterday")]
    public void Dates_are_left_to_PowerShell(string typed) => Assert.Equal(typed, Transformation.Transform(null!, typed));

    [Theory]
    [InlineData(-1)]
    [InlineData("-1")]
    [InlineData(long.MaxValue)]
    public void A_number_that_is_no_time_is_refused(object typed) =>
        Assert.Throws<ArgumentTransformationMetadataException>(() => Transformation.Transform(null!, typed));
}
