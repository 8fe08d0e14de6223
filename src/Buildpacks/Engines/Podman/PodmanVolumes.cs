using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;

namespace Buildpacks.Engines.Podman;

/// <summary>What podman does with volumes.</summary>
/// <param name="cli">Runs podman.</param>
/// <param name="isHere">Whether podman works by itself, on this machine.</param>
internal sealed class PodmanVolumes(PodmanCli cli, bool isHere) : IEngineVolumes
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<VolumeSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.VolumeList, "volume", "ls", "--format=json"), cancellationToken).ConfigureAwait(false);
        return
        [
            .. PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanVolume)
                .Select(volume => new VolumeSummary(volume.Name, volume.Labels)
                {
                    Created = volume.CreatedAt,
                    Folder = isHere && volume.Mountpoint is { Length: > 0 } folder ? folder : null,
                }),
        ];
    }

    /// <inheritdoc/>
    public async Task<bool> CreateAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        List<string> arguments = ["volume", "create"];
        arguments.AddRange(labels.Select(label => $"--label={label.Key}={label.Value}"));
        var result = await cli.TryRunAsync(
            new PodmanCommand(EngineOperation.VolumeCreate, [.. arguments, "--", name]) { Target = name },
            cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0 && result.ToException() is { Kind: not PackErrorKind.Conflict } failure)
        {
            throw failure;
        }

        return result.ExitCode == 0;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, long>> MeasureAsync(CancellationToken cancellationToken)
    {
        // podman has this as a table only.
        var result = await cli.RunAsync(new PodmanCommand(EngineOperation.VolumeMeasure, "system", "df", "--verbose") { Waits = true }, cancellationToken).ConfigureAwait(false);
        return PodmanVolumeSizes.Read(result.Lines);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        // podman's own --force removes the containers that use the volume, whoever they belong to.
        var result = await cli.TryRunAsync(
            new PodmanCommand(EngineOperation.VolumeRemove, "volume", "rm", "--", name) { Target = name },
            cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0 && result.ToException() is var failure && !(force && failure.Kind is PackErrorKind.NotFound))
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAllAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);

        // One process for all of them. Only when it fails is each asked for, for podman's words do not tell which failed why.
        var result = await cli.TryRunAsync(
            new PodmanCommand(EngineOperation.VolumeRemove, ["volume", "rm", "--", .. names]) { Target = string.Join(' ', names) },
            cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            foreach (var name in names)
            {
                await RemoveAsync(name, force: true, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
