using Buildpacks.IO;
using Buildpacks.Sessions;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>
/// The volumes of a build whose phases run in containers of their own: those that the containers share, which no other build knows and which go
/// with the build, and its caches. A marker on this machine names them until they are gone.
/// </summary>
internal sealed class SharedVolumes : IAsyncDisposable
{
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(10);

    private readonly PhaseRun _run;
    private readonly BuildMarker _marker;

    /// <summary>Prepares the volumes; nothing exists yet.</summary>
    /// <param name="run">The run.</param>
    public SharedVolumes(PhaseRun run)
    {
        _run = run;
        var session = BuildContainer.NewSession();
        _marker = new BuildMarker
        {
            Session = session,
            Engine = run.EngineKey,
            Volumes = [.. run.CachesToMake()],
            SharedVolumes = [.. run.Plan.Phases.SelectMany(phase => phase.SharedFolders).Distinct(StringComparer.Ordinal).Select(folder => NameOf(session, folder))],
            Started = run.Begun,
            Process = ProcessIdentity.Current(),
        };
    }

    /// <summary>The caches that were made, and are empty when the build begins.</summary>
    public IReadOnlyList<string> MadeVolumes { get; private set; } = [];

    /// <summary>Whether the build came to its end; otherwise the caches that it made go too.</summary>
    public bool Succeeded { get; set; }

    /// <summary>The volume of a folder. The engine makes it with the first container.</summary>
    /// <param name="folder">The folder in the containers.</param>
    public string NameOf(string folder) => NameOf(_marker.Session, folder);

    /// <summary>Writes the marker, and makes the caches.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        _run.Places.Markers.TryWrite(_marker, _run.Logger);
        MadeVolumes = await BuildVolumes.MakeAsync(_run.Engine, _marker.Volumes, _marker.Session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the volumes, after all containers. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(CleanUpLimit);
        try
        {
            await _run.Engine.Volumes.RemoveAllAsync(_marker.SharedVolumes, limit.Token).ConfigureAwait(false);
            if (!Succeeded)
            {
                await BuildVolumes.RemoveAsync(_run.Engine, _marker.Volumes, _marker.Session, limit.Token).ConfigureAwait(false);
            }

            _run.Places.Markers.TryRemove(_marker, _run.Logger);
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException)
        {
            _run.Logger.LogWarning("The volumes of the build could not be removed; the next build will try again: {Reason}", exception.Message);
            _run.Places.Markers.TryWrite(_marker with { Abandoned = true }, _run.Logger);
        }
    }

    private static string NameOf(string session, string folder) => $"buildpacks-{session}{folder.Replace('/', '-')}";
}
