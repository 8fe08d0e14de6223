using System.Globalization;
using Buildpacks.Configuration;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Where builds look for the engine that does not build, and which images it did not have lately: asking podman costs a process,
/// which nobody should pay with each build in docker.
/// </summary>
/// <param name="environment">Where to look for the engine.</param>
/// <param name="absences">When an image was not there, an entry an image.</param>
internal sealed class OtherEngine(EngineEnvironment environment, Hints absences)
{
    /// <summary>The variable that keeps builds from looking.</summary>
    public const string Variable = "PACK_OTHER_ENGINE";

    private const string Ignore = "ignore";
    private const string Present = "present";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Where to look.</summary>
    public EngineEnvironment Environment => environment;

    /// <summary>The user's; <see langword="null"/> when the user wants nobody to look.</summary>
    public static OtherEngine? OfUser()
    {
        var environment = EngineEnvironment.Current();
        return string.Equals(environment.Get(Variable), Ignore, StringComparison.OrdinalIgnoreCase)
            ? null
            : new OtherEngine(environment, Hints.OfUser("absent-images"));
    }

    /// <summary>Whether an engine was without an image a short time ago.</summary>
    public bool IsAbsent(PackEngineKind engine, string image, DateTimeOffset now) =>
        DateTimeOffset.TryParse(absences.Find(Key(engine, image)), CultureInfo.InvariantCulture, out var seen) && now - seen < Lifetime;

    /// <summary>Remembers that an engine is without an image.</summary>
    public void NoteAbsent(PackEngineKind engine, string image, DateTimeOffset now) =>
        absences.Store(Key(engine, image), now.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Remembers that an engine has an image, if it was known to be without.</summary>
    public void NotePresent(PackEngineKind engine, string image)
    {
        if (absences.Find(Key(engine, image)) is not null)
        {
            absences.Store(Key(engine, image), Present);
        }
    }

    private static string Key(PackEngineKind engine, string image) => $"{engine} {image}";
}
