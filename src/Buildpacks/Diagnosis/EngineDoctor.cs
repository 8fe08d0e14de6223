using System.Diagnostics;
using System.Runtime.CompilerServices;
using Buildpacks.Builds;
using Buildpacks.Diagnosis.Checks;
using Buildpacks.Engines.Location;
using Buildpacks.Reporting;

namespace Buildpacks.Diagnosis;

/// <summary>
/// Checks, one thing after the other, whether builds will work on an engine: what Test-PackEngine does. Nothing is taken on trust that
/// can be tried, and nothing that was tried is left behind.
/// </summary>
public sealed class EngineDoctor
{
    private const string Activity = "checkup";
    private const string Category = "Buildpacks.Diagnosis";

    private readonly EngineLocator _locator;
    private readonly BuildPlaces _places;
    private readonly IPackSink _sink;

    /// <summary>Makes a doctor.</summary>
    /// <param name="locator">Finds the engine.</param>
    /// <param name="places">Where it is noted what a checkup would leave behind if it were killed, and where the user's logins are.</param>
    /// <param name="sink">Gets messages and progress.</param>
    internal EngineDoctor(EngineLocator locator, BuildPlaces places, IPackSink sink) => (_locator, _places, _sink) = (locator, places, sink);

    /// <summary>A doctor for this process's environment.</summary>
    /// <param name="sink">Gets messages and progress.</param>
    public static EngineDoctor ForSink(IPackSink sink) => new(EngineLocator.ForSink(sink), BuildPlaces.OfUser(), sink);

    /// <summary>Runs every check.</summary>
    /// <param name="request">What to check.</param>
    /// <param name="cancellationToken">Ends the check that runs, and begins no other.</param>
    /// <returns>What each check found, as soon as it has.</returns>
    public async IAsyncEnumerable<PackEngineCheck> RunAsync(
        CheckupRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var loggers = new SinkLoggerFactory(_sink);
        var logger = loggers.CreateLogger(Category);
        var blocked = new Dictionary<string, string>(StringComparer.Ordinal);
        var patient = new Patient(_locator, request, _places.Markers, logger, cancellationToken);
        var progress = new PackProgress { Id = Activity, Activity = "Checking the container engine" };
        try
        {
            var checks = Checks(request);
            for (var i = 0; i < checks.Count; i++)
            {
                _sink.Progress(progress with { Status = checks[i].Name, Current = i, Total = checks.Count });
                cancellationToken.ThrowIfCancellationRequested();
                var check = await RunAsync(checks[i], patient, blocked, request.Limit, cancellationToken).ConfigureAwait(false);
                _sink.Log(PackLogLevel.Verbose, Category, $"{check.Name}: {check.Result}. {check.Evidence}");
                yield return check;
            }
        }
        finally
        {
            await patient.DisposeAsync().ConfigureAwait(false);
            _sink.Progress(progress with { Completed = true });
        }
    }

    private List<IEngineCheck> Checks(CheckupRequest request)
    {
        IEnumerable<IEngineCheck> logins = request.Registries.Count == 0
            ? [new KeptLoginsCheck(_places.Credentials)]
            : request.Registries.Select(registry => new RegistryLoginCheck(registry, _places.Registries));
        return
        [
            new EngineFoundCheck(),
            new EngineAnswersCheck(),
            new VersionCheck(),
            new RootlessIdsCheck(),
            new StorageCheck(),
            new ImageLoadCheck(),
            new ContainerStartCheck(),
            new UlimitsCheck(),
            new CgroupsCheck(),
            new SparseImportCheck(),
            new VolumeCheck(),
            new NetworkCheck(),
            new DiskSpaceCheck(),
            new TempSpaceCheck(),
            .. logins,
        ];
    }

    /// <summary>Runs one check, unless one that it needs has failed.</summary>
    /// <param name="check">The check.</param>
    /// <param name="patient">The engine.</param>
    /// <param name="blocked">The checks that others cannot build on, each with the first cause in words.</param>
    /// <param name="limit">How long the check may take.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    private static async Task<PackEngineCheck> RunAsync(
        IEngineCheck check, Patient patient, Dictionary<string, string> blocked, TimeSpan limit, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var cause = check.Needs.Select(blocked.GetValueOrDefault).FirstOrDefault(cause => cause is not null);
        var finding = cause is not null
            ? Finding.Skipped(cause) with { Blocks = true }
            : await LookAsync(check, patient, limit, cancellationToken).ConfigureAwait(false);
        if (finding.Blocks)
        {
            blocked[check.Name] = cause ?? $"{check.Name} {(finding.Result == PackEngineCheckResult.Failed ? "failed" : "was skipped")}.";
        }

        return new PackEngineCheck
        {
            Name = check.Name,
            Result = finding.Result,
            Evidence = finding.Evidence,
            Remedy = finding.Remedy,
            Duration = clock.Elapsed,
            Engine = patient.Located?.Description.Engine,
            Endpoint = patient.Located?.Description.Endpoint ?? "",
        };
    }

    private static async Task<Finding> LookAsync(IEngineCheck check, Patient patient, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limit);
        try
        {
            return await check.RunAsync(patient, end.Token).ConfigureAwait(false);
        }
        catch (PackException failure)
        {
            return Finding.Failed(failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Failed(
                $"It did not end within {limit.TotalSeconds:0} seconds.",
                "Check whether the engine hangs; for a slow engine, use a larger -TimeoutSeconds.");
        }
    }
}

/// <summary>What to check.</summary>
public sealed record CheckupRequest
{
    /// <summary>Which engine.</summary>
    public required EngineRequest Engine { get; init; }

    /// <summary>Registries at which the user's login is tried.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary>How long each check may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);
}
