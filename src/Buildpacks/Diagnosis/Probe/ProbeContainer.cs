using System.Text;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Running;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Sessions;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Diagnosis.Probe;

/// <summary>A container that prints files: made, run, and removed the way the container of a build is.</summary>
internal sealed record ProbeContainer
{
    /// <summary>The path at which <see cref="Volume"/> is mounted.</summary>
    public const string VolumePath = "/volume";

    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(10);

    /// <summary>What it prints.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The image; <see langword="null"/> for the one with the program alone.</summary>
    public string? Image { get; init; }

    /// <summary>The network; <see langword="null"/> for the engine's default.</summary>
    public string? Network { get; init; } = "none";

    /// <summary>A volume to mount, which is removed with the container; <see langword="null"/> for none.</summary>
    public string? Volume { get; init; }

    /// <summary>A file that is copied into the volume before the container runs: its name and its text.</summary>
    public (string Name, string Text) VolumeFile { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="image">The image with the program.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="engineKey">The engine as markers name it.</param>
    /// <param name="markers">The markers.</param>
    /// <param name="logger">Is warned when cleaning up fails.</param>
    /// <param name="cancellationToken">Ends it; nothing of it is left then.</param>
    /// <returns>What it printed.</returns>
    public async Task<ProbeOutput> RunAsync(
        string image, IEngine engine, string engineKey, BuildMarkers markers, ILogger logger, CancellationToken cancellationToken)
    {
        var output = new ProbeOutput();
        var container = new BuildContainer(engine, engineKey, markers, Volume is null ? [] : [Volume], DateTimeOffset.UtcNow, logger);
        try
        {
            await using (container.ConfigureAwait(false))
            {
                await container.CreateAsync(Phase(Image ?? image), cancellationToken).ConfigureAwait(false);
                if (Volume is not null)
                {
                    await engine.Containers.CopyToAsync(container.Name, VolumePath, WriteVolumeFileAsync, cancellationToken).ConfigureAwait(false);
                }

                output.ExitCode = await engine.Containers.AttachAsync(container.Name, start: true, output, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await RemoveVolumeAsync(engine, logger).ConfigureAwait(false);
        }

        return output;
    }

    private Phase Phase(string image) => new()
    {
        Name = "probe",
        Image = image,
        Command = [ProbeImages.Program, .. Paths],
        Environment = new Dictionary<string, string>(),
        User = "0:0",
        Mounts = Volume is null ? [] : [new ContainerMount(ContainerMountKind.Volume, Volume, VolumePath)],
        Network = Network,
    };

    private Task WriteVolumeFileAsync(Stream destination, CancellationToken cancellationToken) => BufferedTar.WriteAsync(
        destination,
        (tar, cancellation) => tar.WriteFileAsync(VolumeFile.Name, TarOwner.Root, Encoding.UTF8.GetBytes(VolumeFile.Text), cancellation),
        cancellationToken);

    /// <summary>The volume's name is this container's own: it goes whatever the engine's clock says of its age.</summary>
    private async Task RemoveVolumeAsync(IEngine engine, ILogger logger)
    {
        if (Volume is null)
        {
            return;
        }

        using var limit = new CancellationTokenSource(CleanUpLimit);
        try
        {
            await engine.Volumes.RemoveAsync(Volume, force: true, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException)
        {
            logger.LogWarning("The volume {Volume} could not be removed: {Reason}", Volume, exception.Message);
        }
    }
}
