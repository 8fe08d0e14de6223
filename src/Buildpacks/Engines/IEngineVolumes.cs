namespace Buildpacks.Engines;

/// <summary>The volumes of an engine.</summary>
/// <remarks>Errors and cancellation are those of <see cref="IEngine"/>.</remarks>
public interface IEngineVolumes
{
    /// <summary>The engine's volumes.</summary>
    Task<IReadOnlyList<VolumeSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Makes a volume; one that exists under that name is left as it is.</summary>
    /// <returns>
    /// Whether this call made it. docker does not say so, and is judged by the labels that the volume has: they have to be the caller's own.
    /// </returns>
    Task<bool> CreateAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    /// <summary>The sizes of the engine's volumes in bytes, by name, as the engine counts them: podman rounds to four digits.</summary>
    /// <remarks>This reads all files of all volumes, and an older docker those of all images too.</remarks>
    Task<IReadOnlyDictionary<string, long>> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Removes a volume; one that a container uses is a Conflict, with force too.</summary>
    /// <param name="name">Its name; one that does not exist is NotFound.</param>
    /// <param name="force">Whether a volume that does not exist is no failure.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task RemoveAsync(string name, bool force, CancellationToken cancellationToken);

    /// <summary>Removes volumes. A volume that does not exist is no failure; one that a container uses is a Conflict.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    async Task RemoveAllAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            await RemoveAsync(name, force: true, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A volume.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
public sealed record VolumeSummary(string Name, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>When it was made; <see langword="null"/> when the engine does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>
    /// Where its files are on this machine; <see langword="null"/> for an engine that may be on another one. The folder need not exist, and this
    /// process may not be allowed to read it.
    /// </summary>
    public string? Folder { get; init; }
}
