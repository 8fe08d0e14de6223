using System.Text.RegularExpressions;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Caches;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Sessions;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Keeps large buildpacks that the builder does not have in volumes, so that they are sent to the engine once. A volume is named by the digest of what
/// it holds. It is filled through a container that is never started; containers of builds may only read it, so that no buildpack changes what the next
/// build runs.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="engineKey">The engine as records name it.</param>
/// <param name="places">What is kept between builds.</param>
/// <param name="logger">Is told when a volume cannot be used.</param>
internal sealed partial class ModuleVolumes(IEngine engine, string engineKey, BuildPlaces places, ILogger logger)
{
    /// <summary>What is smaller is sent in less time than it takes to look for its volume.</summary>
    public const long Smallest = 16 * 1024 * 1024;

    /// <summary>Where the volumes are in the container that is filled. In the folder of the builder's own buildpack, a volume would get that one's files.</summary>
    private const string FillFolder = "/.buildpacks-modules";

    /// <summary>The plan with the volumes in the place of what would be sent.</summary>
    /// <param name="plan">The build.</param>
    /// <param name="begun">When the build began.</param>
    /// <param name="clock">Measures the filling.</param>
    /// <param name="cancellationToken">Ends it; a volume that is not filled is removed.</param>
    public async Task<BuildPlan> PrepareAsync(BuildPlan plan, DateTimeOffset begun, PhaseClock clock, CancellationToken cancellationToken)
    {
        var large = plan.AddedModules.Where(added => added.Module.Layer.Length >= Smallest).ToList();
        if (large.Count == 0)
        {
            return plan;
        }

        var kept = new HashSet<AddedModule>();
        try
        {
            var lacking = await FindAsync(large, kept, cancellationToken).ConfigureAwait(false);
            if (lacking.Count > 0)
            {
                kept.UnionWith(await clock.MeasureAsync("modules", () => FillAsync(plan, lacking, begun, cancellationToken)).ConfigureAwait(false));
            }
        }
        catch (PackException failure)
        {
            logger.LogDebug("Buildpacks are sent with the app, because their volumes cannot be used: {Reason}", failure.Message);
        }

        return kept.Count == 0 ? plan : plan with
        {
            AddedModules = [.. plan.AddedModules.Select(added => kept.Contains(added) ? added with { Volume = NameOf(added) } : added)],
            Phases = [.. plan.Phases.Select(phase => WithVolumes(phase, kept))],
            AfterExtending = plan.AfterExtending is { } after ? [.. after.Select(phase => WithVolumes(phase, kept))] : null,
        };
    }

    private static Phase WithVolumes(Phase phase, IEnumerable<AddedModule> kept) => !phase.Input.HasFlag(PhaseInput.Platform) ? phase : phase with
    {
        Mounts = [.. phase.Mounts, .. kept.Select(added => new ContainerMount(ContainerMountKind.Volume, NameOf(added), "/" + added.Folder, ReadOnly: true))],
    };

    /// <summary>Finds the volumes that are whole: those that this machine remembers to have filled, as their labels show.</summary>
    /// <returns>The modules without a volume.</returns>
    private async Task<List<AddedModule>> FindAsync(List<AddedModule> large, HashSet<AddedModule> kept, CancellationToken cancellationToken)
    {
        var lacking = new List<AddedModule>();
        var volumes = (await engine.Volumes.ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(volume => volume.Name, StringComparer.Ordinal);
        foreach (var added in large)
        {
            if (!volumes.TryGetValue(NameOf(added), out var volume))
            {
                lacking.Add(added);
            }
            else if (places.Modules.Find(HintOf(added)) is { } session && volume.Labels.GetValueOrDefault(BuildVolumes.SessionLabel) == session)
            {
                kept.Add(added);
            }
            else if (await TryRemoveAsync(volume.Name, cancellationToken).ConfigureAwait(false))
            {
                lacking.Add(added);
            }
        }

        return lacking;
    }

    /// <summary>Removes a volume that may have been left half filled. One that another build is filling is in use.</summary>
    private async Task<bool> TryRemoveAsync(string volume, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Volumes.RemoveAsync(volume, force: false, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PackException failure) when (failure.Kind is PackErrorKind.Conflict or PackErrorKind.NotFound)
        {
            return false;
        }
    }

    /// <returns>The modules whose volumes were filled; another build may have made some of them meanwhile.</returns>
    private async Task<IReadOnlyList<AddedModule>> FillAsync(BuildPlan plan, List<AddedModule> lacking, DateTimeOffset begun, CancellationToken cancellationToken)
    {
        var mounts = lacking.Select((added, index) => (added, mount: new ContainerMount(ContainerMountKind.Volume, NameOf(added), $"{FillFolder}/{index}"))).ToList();
        var container = new BuildContainer(engine, engineKey, places.Markers, [.. mounts.Select(module => module.mount.Source)], begun, logger);
        await using var containerUntilTheEnd = container.ConfigureAwait(false);
        var phase = plan.Phases[0] with { Mounts = [.. mounts.Select(module => module.mount)], SharedFolders = [], Network = "none", UsesHostUserNamespace = false };
        await container.CreateAsync(phase, cancellationToken).ConfigureAwait(false);
        var made = mounts.Where(module => container.MadeVolumes.Contains(module.mount.Source)).ToList();
        foreach (var (added, mount) in made)
        {
            await engine.Containers.CopyToAsync(
                container.Name, mount.Target,
                (destination, token) => BufferedTar.WriteAsync(destination, (tar, end) => added.Module.Layer.CopyContentAsync(tar, added.Folder, end), token),
                overwrite: false, cancellationToken).ConfigureAwait(false);
        }

        container.Succeeded = true;
        foreach (var (added, _) in made)
        {
            places.Modules.Store(HintOf(added), container.Session);
        }

        return [.. made.Select(module => module.added)];
    }

    private string HintOf(AddedModule added) => $"{engineKey}\n{NameOf(added)}";

    private static string NameOf(AddedModule added) => CacheNames.OfModule($"{Unfit().Replace(added.Id, "_")}_{Unfit().Replace(added.Version, "_")}", added.Module.Layer.DiffId);

    [GeneratedRegex("[^A-Za-z0-9.-]+")]
    private static partial Regex Unfit();
}
