using System.Globalization;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>When an app image is said to be made.</summary>
internal static class CreationTime
{
    private const string Variable = "SOURCE_DATE_EPOCH";

    /// <summary>The time that SOURCE_DATE_EPOCH gives in seconds since 1970 (platform API 0.9 and later), else a fixed one, so that the same build makes the same image.</summary>
    public static DateTimeOffset Read(PhaseContext context)
    {
        if (!context.PlatformApi.AtLeast(0, 9) || context.Environment.GetValueOrDefault(Variable, "") is not { Length: > 0 } text)
        {
            return LayerArchive.FixedTime;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        context.Log.Warn($"Ignoring invalid {Variable}");
        return LayerArchive.FixedTime;
    }
}
