using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Planning;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Reporting;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Explaining;

/// <summary>
/// Says what a build would use, and why: what Test-PackProject does. The build is planned as Invoke-PackBuild does it, with an engine in which
/// nothing changes, and it does not run.
/// </summary>
public static class ProjectTest
{
    private static readonly ModuleLocatorKind[] NotOpened = [ModuleLocatorKind.Url, ModuleLocatorKind.Image, ModuleLocatorKind.RegistryImage, ModuleLocatorKind.Registry];

    /// <summary>Tests a project.</summary>
    /// <param name="request">The build.</param>
    /// <param name="engine">The engine; <see langword="null"/> when none answers.</param>
    /// <param name="kind">The kind of engine that was asked for.</param>
    /// <param name="noEngine">Why there is no engine.</param>
    /// <param name="sink">Gets messages for -Verbose.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <returns>The values and all problems. A problem is no exception.</returns>
    public static Task<PackProjectReport> RunAsync(
        BuildRequest request, IEngine? engine, PackEngineKind kind, PackException? noEngine, IPackSink sink, CancellationToken cancellationToken) =>
        RunAsync(request, engine, kind, noEngine, BuildPlaces.OfUser(), sink, cancellationToken);

    /// <summary>Tests a project, with places of the caller's choice for what is kept between builds.</summary>
    internal static async Task<PackProjectReport> RunAsync(
        BuildRequest request, IEngine? engine, PackEngineKind kind, PackException? noEngine, BuildPlaces places, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var secrets = SecretMask.Of(request.Secrets);
        var problems = new ProjectProblems(secrets);
        var findings = new BuildFindings { Collects = true };
        using var loggers = new SinkLoggerFactory(new ProblemSink(problems, new SecretSink(sink, secrets)));
        var logger = loggers.CreateLogger("Buildpacks.Builds");
        PackConfig? configuration = null;
        findings.Try(() => { configuration = places.Configuration(); });
        if (engine is not null)
        {
            try
            {
                await engine.DescribeAsync(detail: false, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException failure)
            {
                // An engine that was named is opened without being asked.
                (engine, noEngine) = (null, failure);
            }
        }

        if (noEngine is not null)
        {
            problems.Warn(noEngine.ErrorId, $"No engine was asked: {noEngine.Message}", noEngine.RecommendedAction);
        }

        if (request.Input is null && GitAddress.IsMeant(request.Path))
        {
            findings.Try(() => { GitAddress.Parse(request.Path); });
            problems.Warn(null, "The app is in a git repository, which is fetched only by a build: its project.toml and its files are not known.", null);
            return WithoutApp();
        }

        using var app = await GetAppAsync(request, findings, logger, cancellationToken).ConfigureAwait(false);
        if (app is null && request.Input is not null)
        {
            return WithoutApp();
        }

        request = app?.Request ?? request;
        var inputs = BuildInputs.Read(request, configuration ?? new PackConfig { Path = "" }, logger, findings);
        foreach (var odd in findings.Project?.Descriptor?.Oddities ?? [])
        {
            problems.Warn(odd);
        }

        AppSurvey? files = null;
        if (inputs.App is not NoApp)
        {
            findings.Try(() => { files = inputs.App.Survey(cancellationToken); });
        }

        var failedBefore = findings.Failures.Count;
        problems.AddAll(findings.Failures, PackProblemSeverity.Error);
        var named = findings.Failures.All(failure => failure.ErrorId is not (PackErrorIds.NoBuilder or PackErrorIds.ImageNameInvalid));
        BuildPlan? plan = null;
        DryEngine? dry = null;
        var isComplete = false;
        if (named)
        {
            (plan, dry, isComplete) = await PlanAsync(request, inputs, configuration ?? new PackConfig { Path = "" }, findings, engine, kind, places, logger, cancellationToken).ConfigureAwait(false);
            foreach (var failure in findings.Failures.Skip(failedBefore))
            {
                // Without an engine, it is not known what is in its store.
                problems.Add(failure, engine is null && IsAboutPlaces(failure) ? PackProblemSeverity.Warning : PackProblemSeverity.Error);
            }
        }

        return new ProjectExplanation(request, findings, inputs, plan, configuration ?? new PackConfig { Path = "" }, dry)
        {
            Metadata = await SourceMetadata.FindAsync(inputs.Descriptor, request.Path, request.Tar, configuration ?? new PackConfig { Path = "" }, logger, cancellationToken).ConfigureAwait(false),
            HasVolumeKey = plan is not null && CacheNames.Find(inputs.CacheOwner, places.Keys) is not null,
        }.ToReport(engine?.Kind, problems, files, isComplete && engine is not null);

        PackProjectReport WithoutApp()
        {
            problems.AddAll(findings.Failures, PackProblemSeverity.Error);
            return new ProjectExplanation(request, findings, null, null, configuration ?? new PackConfig { Path = "" }, null).ToReport(engine?.Kind, problems, files: null, isComplete: false);
        }
    }

    /// <summary>The app, ready to be read; <see langword="null"/> when it cannot be: then that is found.</summary>
    private static async Task<ReadyApp?> GetAppAsync(BuildRequest request, BuildFindings findings, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadyApp.GetAsync(request, logger, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure)
        {
            findings.Add(failure);
            return null;
        }
    }

    private static async Task<(BuildPlan? Plan, DryEngine Engine, bool IsComplete)> PlanAsync(
        BuildRequest request, BuildInputs inputs, PackConfig configuration, BuildFindings findings, IEngine? engine, PackEngineKind kind, BuildPlaces places, ILogger logger,
        CancellationToken cancellationToken)
    {
        using var registries = PublishRegistries.Open(places.Registries(), request, inputs.Image, observer: null, logger);
        using var platforms = new PlatformImages(() => PublishRegistries.Connect(places.Registries(), request, inputs.Image, observer: null, logger), places.RunImages);
        var dry = new DryEngine(engine, kind, registries.Store);
        var fetcher = new ImageFetcher(
            dry, inputs.PullPolicy, RegistryLocations.OfPack(configuration), places.Credentials, new Phases.PhaseClock(), QuietSink.Instance, new QuietLogger(logger));
        using var images = new PackageImages(dry, PackageSearch.EngineOnly, () => throw new NotSupportedException("nothing is fetched"), logger);
        var isComplete = true;
        var buildpacks = new AddedModules(
            new ModuleSources(logger)
            {
                Downloader = new Downloader(places.Downloads, EngineEnvironment.Current(), logger), Images = images,
                Index = () => throw new NotSupportedException("nothing is fetched"), Layers = places.Packages,
            },
            logger)
        {
            Stand = place =>
            {
                if (!NotOpened.Contains(place.Kind))
                {
                    return null;
                }

                isComplete = false;
                return new Descriptors.OrderEntry { Id = place.Text };
            },
        };
        await using var buildpacksUntilTheEnd = buildpacks.ConfigureAwait(false);
        try
        {
            var planner = new BuildPlanner(
                dry, fetcher, buildpacks, places.RunImages, places.Keys.WithoutAdding(), request.Publish ? registries : null, platforms, new Phases.PhaseClock(), logger) { Findings = findings };
            return (await planner.PlanAsync(request, inputs, cancellationToken).ConfigureAwait(false), dry, isComplete);
        }
        catch (PackException failure)
        {
            if (!findings.Failures.Contains(failure))
            {
                findings.Add(failure);
            }

            return (null, dry, false);
        }
    }

    private static bool IsAboutPlaces(PackException failure) =>
        failure.ErrorId is PackErrorIds.BuilderNotFound or PackErrorIds.RunImageNotFound or PackErrorIds.DaemonRouteUnsupported
        || failure.Kind is PackErrorKind.Unreachable or PackErrorKind.Unauthorized;

    /// <summary>Nothing is shown of pulls that are none.</summary>
    private sealed class QuietSink : IPackSink
    {
        public static readonly QuietSink Instance = new();

        public void Log(PackLogLevel level, string category, string message)
        {
        }

        public void Progress(PackProgress progress)
        {
        }

        public void Output(PackOutputLine line)
        {
        }
    }

    /// <summary>Passes warnings on. Nothing is pulled, so that nothing is said of it.</summary>
    private sealed class QuietLogger(ILogger next) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => next.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && next.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                next.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    /// <summary>Takes warnings as problems. Other messages are for -Verbose.</summary>
    private sealed class ProblemSink(ProjectProblems problems, IPackSink next) : IPackSink
    {
        public void Log(PackLogLevel level, string category, string message)
        {
            if (level >= PackLogLevel.Warning)
            {
                problems.Warn(null, message, null);
            }
            else
            {
                next.Log(level == PackLogLevel.Information ? PackLogLevel.Verbose : level, category, message);
            }
        }

        public void Progress(PackProgress progress)
        {
        }

        public void Output(PackOutputLine line) => next.Output(line);
    }
}

/// <summary>The problems of a project, each once.</summary>
/// <param name="secrets">Hides secrets in messages.</param>
internal sealed class ProjectProblems(SecretMask secrets)
{
    private readonly List<PackProjectProblem> _problems = [];

    /// <summary>The errors, then the warnings.</summary>
    public PackCollection<PackProjectProblem> All => [.. _problems.Distinct().OrderByDescending(problem => problem.Severity)];

    /// <summary>Takes what a build only warns of.</summary>
    public void Warn(string? errorId, string message, string? action) => _problems.Add(new PackProjectProblem
    {
        Severity = PackProblemSeverity.Warning, ErrorId = errorId, Message = secrets.Hide(message), RecommendedAction = action,
    });

    /// <summary>Takes what is odd in a file. The warning about it as text is the same.</summary>
    public void Warn(PackFileProblem odd)
    {
        _problems.RemoveAll(problem => problem.File is null && problem.Message.EndsWith(odd.Message, StringComparison.Ordinal));
        _problems.Add(new PackProjectProblem { Severity = PackProblemSeverity.Warning, Message = odd.Message, File = odd.File, Line = odd.Line, Column = odd.Column });
    }

    /// <summary>Takes failures.</summary>
    public void AddAll(IEnumerable<PackException> failures, PackProblemSeverity severity)
    {
        foreach (var failure in failures)
        {
            Add(failure, severity);
        }
    }

    /// <summary>Takes a failure; one of a file has a problem for each place.</summary>
    public void Add(PackException failure, PackProblemSeverity severity)
    {
        var whole = new PackProjectProblem
        {
            Severity = severity, ErrorId = failure.ErrorId, Message = secrets.Hide(failure.Message), RecommendedAction = failure.RecommendedAction,
        };
        _problems.AddRange(failure.Problems.Count == 0
            ? [whole]
            : failure.Problems.Select(problem => whole with { Message = secrets.Hide(problem.Message), File = problem.File, Line = problem.Line, Column = problem.Column }));
    }
}
