using System.Globalization;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>Accepts a creation time as a date, as seconds since 1970, or as <c>now</c>, which is what pack accepts.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CreationTimeTransformationAttribute : ArgumentTransformationAttribute
{
    private const string Now = "now";

    /// <summary>The last second that a date can be: the end of the year 9999.</summary>
    private const long Latest = 253_402_300_799;

    /// <summary>Converts seconds and <c>now</c>; PowerShell converts dates.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed.</param>
    /// <returns>A date, or what was typed.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">The number is negative or too large.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is string text && text.Trim().Equals(Now, StringComparison.OrdinalIgnoreCase) ? DateTimeOffset.UtcNow
            : Seconds(value) is { } seconds ? FromSeconds(seconds)
            : inputData;
    }

    private static long? Seconds(object? value) => value switch
    {
        int number => number,
        long number => number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static DateTimeOffset FromSeconds(long seconds) => seconds is >= 0 and <= Latest
        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw new ArgumentTransformationMetadataException($"{seconds} is not a number of seconds since 1970.");
}
