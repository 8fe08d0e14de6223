using Docker.DotNet.Models;
using System.Globalization;

namespace Buildpacks.Engines.Docker;

/// <summary>The engine's volumes.</summary>
/// <param name="calls">Sends requests.</param>
/// <param name="isHere">Whether the engine is reached through a socket of this machine. The engine may run in a virtual machine all the same.</param>
internal sealed class DockerVolumes(DockerCalls calls, bool isHere) : IEngineVolumes
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<VolumeSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await calls.AskAsync(
            EngineOperation.VolumeList, null, (session, token) => session.Client.Volumes.ListAsync(token), cancellationToken).ConfigureAwait(false);
        return [.. (answer?.Volumes ?? []).Where(volume => volume is not null).Select(Summary)];
    }

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var parameters = new VolumesCreateParameters { Name = name, Driver = "local", Labels = labels.ToDictionary() };
        var volume = await calls.AskAsync(
            EngineOperation.VolumeCreate, name, (session, token) => session.Client.Volumes.CreateAsync(parameters, token), cancellationToken).ConfigureAwait(false);
        return labels.Count > 0 && labels.All(label => volume?.Labels?.TryGetValue(label.Key, out var value) == true && value == label.Value);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, long>> MeasureAsync(CancellationToken cancellationToken)
    {
        // An engine before 23 does not know the parameter, and counts images and containers as well.
        var answer = await calls.RunAsync(
            EngineOperation.VolumeMeasure, null, session => session.GetAsync("system/df?type=volume", DockerJson.Default.DockerUsageAnswer, cancellationToken), cancellationToken).ConfigureAwait(false);
        return (answer.Volumes ?? []).Where(volume => volume?.UsageData is { Size: >= 0 } && volume.Name is not null)
            .DistinctBy(volume => volume!.Name).ToDictionary(volume => volume!.Name!, volume => volume!.UsageData!.Size, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        // Docker.DotNet's own method leaves the force parameter out.
        var path = $"volumes/{DockerNames.Volume(EngineOperation.VolumeRemove, name)}?force={(force ? "1" : "0")}";
        return calls.AskAsync(
            EngineOperation.VolumeRemove,
            name,
            async (session, token) => (await session.SendAsync(HttpMethod.Delete, path, upgrade: false, token).ConfigureAwait(false)).Dispose(),
            cancellationToken);
    }

    private VolumeSummary Summary(VolumeResponse volume) => new(volume.Name ?? "", volume.Labels?.ToDictionary() ?? [])
    {
        Created = DateTimeOffset.TryParse(volume.CreatedAt, CultureInfo.InvariantCulture, out var created) ? created : null,
        Folder = isHere && volume.Mountpoint is { Length: > 0 } folder ? folder : null,
    };
}
