using Buildpacks.Engines;

namespace Buildpacks.Sessions;

/// <summary>
/// The cache volumes that a build makes. Each bears the build's session as a label, by which alone it is known later: neither its name nor
/// its age tells whose it is. pack uses the same names, and docker before 23 counts the age of a volume from its last change.
/// </summary>
internal static class BuildVolumes
{
    /// <summary>The label of a volume: the session of the build that made it.</summary>
    public const string SessionLabel = "io.buildpacks.powershell.session";

    /// <summary>Makes volumes. Those that exist are left as they are, and are not the build's.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="names">The volumes.</param>
    /// <param name="session">The build's session.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Those that did not exist.</returns>
    public static async Task<IReadOnlyList<string>> MakeAsync(IEngine engine, IReadOnlyList<string> names, string session, CancellationToken cancellationToken)
    {
        var made = new List<string>();
        foreach (var name in names)
        {
            if (await engine.Volumes.CreateAsync(name, new Dictionary<string, string> { [SessionLabel] = session }, cancellationToken).ConfigureAwait(false))
            {
                made.Add(name);
            }
        }

        return made;
    }

    /// <summary>Removes the volumes that a build made. Volumes in use stay.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="names">The volumes that the build may have made; without any, the engine is not asked.</param>
    /// <param name="session">The build's session.</param>
    /// <param name="cancellationToken">Ends the removal.</param>
    public static async Task RemoveAsync(IEngine engine, IReadOnlyList<string> names, string session, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return;
        }

        var volumes = await engine.Volumes.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var volume in volumes.Where(volume => names.Contains(volume.Name) && volume.Labels.TryGetValue(SessionLabel, out var maker) && maker == session))
        {
            try
            {
                await engine.Volumes.RemoveAsync(volume.Name, force: false, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException exception) when (exception.Kind is PackErrorKind.NotFound or PackErrorKind.Conflict)
            {
                // Another build has taken it into use, or removed it.
            }
        }
    }
}
