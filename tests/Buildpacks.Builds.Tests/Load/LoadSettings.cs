using System.Globalization;

namespace Buildpacks.Builds.Tests.Load;

/// <summary>How much load there is: little by default, more where variables say so.</summary>
internal static class LoadSettings
{
    /// <summary>How many builds are cancelled.</summary>
    public static int Cancelled => Number("CANCELLED", 5);

    /// <summary>How many builds are killed.</summary>
    public static int Killed => Number("KILLED", 2);

    /// <summary>How many builds run at once.</summary>
    public static int AtOnce => Number("AT_ONCE", 6);

    /// <summary>How many builds run while the engine is tidied up.</summary>
    public static int Pruned => Number("PRUNED", 2);

    /// <summary>How many publishes run at once.</summary>
    public static int Published => Number("PUBLISHED", 3);

    /// <summary>How many publishes are cancelled.</summary>
    public static int CancelledPublishes => Number("CANCELLED_PUBLISHES", 3);

    /// <summary>What the moments are drawn from.</summary>
    public static Random NewRandom() => new(Number("SEED", 7));

    /// <summary>The file that gets the figures; <see langword="null"/> for none.</summary>
    public static string? Report => Environment.GetEnvironmentVariable("BUILDPACKS_LOAD_REPORT") is { Length: > 0 } path ? path : null;

    private static int Number(string name, int usual) =>
        Environment.GetEnvironmentVariable("BUILDPACKS_LOAD_" + name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
