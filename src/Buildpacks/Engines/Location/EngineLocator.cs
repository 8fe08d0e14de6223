using Buildpacks.Configuration;
using Buildpacks.Engines.Docker.Endpoints;
using Buildpacks.Reporting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Engines.Location;

/// <summary>
/// Finds the engine to use. In order: what the command was told, what the session was told, PACK_ENGINE, the user's configuration file;
/// with nothing chosen, the first engine that answers: podman when it has images or docker does not answer, else docker.
/// </summary>
/// <param name="environment">Where to look.</param>
/// <param name="loggers">Makes the loggers of the engines; silent when <see langword="null"/>.</param>
public sealed class EngineLocator(EngineEnvironment environment, ILoggerFactory? loggers = null)
{
    private readonly ILoggerFactory _loggers = loggers ?? NullLoggerFactory.Instance;

    /// <summary>Shows which engine is waited for; <see langword="null"/> for nobody.</summary>
    internal IPackSink? Sink { get; init; }

    /// <summary>How long an engine may take to answer.</summary>
    internal TimeSpan AnswerLimit { get; init; } = EngineWait.DefaultLimit;

    /// <summary>The user's configuration file.</summary>
    public EngineSettingsFile Settings { get; } = new(environment);

    /// <summary>A locator for this process's environment, whose engines tell a front end what they do.</summary>
    /// <param name="sink">The front end, which need not know the logging package.</param>
    public static EngineLocator ForSink(IPackSink sink) => new(EngineEnvironment.Current(), new SinkLoggerFactory(sink)) { Sink = sink };

    /// <summary>The engine that a user of one engine may use beside it.</summary>
    public static PackEngineKind OtherThan(PackEngineKind kind) => kind == PackEngineKind.Podman ? PackEngineKind.Docker : PackEngineKind.Podman;

    /// <summary>Opens the engine to use.</summary>
    /// <exception cref="PackException">
    /// <c>NoEngine</c>, with all that was tried; or, when one engine was chosen, the reason that this one has: <c>DockerUnreachable</c>,
    /// <c>DockerPermissionDenied</c>, <c>DockerTlsInvalid</c>, <c>DockerSshNotFound</c>, <c>PodmanNotInstalled</c>, ….
    /// </exception>
    public async Task<LocatedEngine> OpenAsync(EngineRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var choice = ResolvedChoice.From(request, environment);
        var search = new EngineSearch(request, Wait(request), Logger);
        return choice.Kind switch
        {
            PackEngineKind.Podman => await search.OpenAsync([Podman(choice)], cancellationToken).ConfigureAwait(false),
            PackEngineKind.Docker => await search.OpenAsync(Docker(choice), cancellationToken).ConfigureAwait(false),
            _ => await search.DiscoverAsync(Podman(choice), Docker(choice), cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Every engine there may be, each asked whether it answers, all at the same time.</summary>
    /// <param name="request">The choices, for <see cref="PackEngine.Selected"/> and for endpoints only they name.</param>
    /// <param name="detail">Whether to ask for the storage driver and the like too, which costs podman most of a second.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Podman first, also when it is not installed; then docker's endpoints.</returns>
    public Task<IReadOnlyList<PackEngine>> ListAvailableAsync(EngineRequest request, bool detail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var choice = ResolvedChoice.From(request, environment);
        return new EngineListing(request, choice, detail, Wait(request), Logger).RunAsync(Podman(choice), Docker(choice), cancellationToken);
    }

    /// <summary>The docker contexts and podman connections that the user made; no engine is asked.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<IReadOnlyList<EngineConnection>> ListConnectionsAsync(CancellationToken cancellationToken)
    {
        var contexts = DockerContexts.List(environment).Select(context => new EngineConnection(PackEngineKind.Docker, context.Name, context.Address));
        var connections = await PodmanCandidate.ListConnectionsAsync(environment, cancellationToken).ConfigureAwait(false);
        return [.. contexts, .. connections.Select(connection => new EngineConnection(PackEngineKind.Podman, connection.Name, connection.Address))];
    }

    /// <summary>Keeps a choice in the user's configuration file, for all sessions to come.</summary>
    /// <exception cref="PackException">The file cannot be read or written.</exception>
    public void Persist(EngineChoice choice) => Settings.Write(choice);

    private ILogger Logger => _loggers.CreateLogger<EngineLocator>();

    private EngineWait Wait(EngineRequest request) => new(request.Unresponsive, Sink) { Limit = AnswerLimit };

    private EngineCandidate Podman(ResolvedChoice choice) => PodmanCandidate.Find(environment, choice, _loggers);

    private IReadOnlyList<EngineCandidate> Docker(ResolvedChoice choice) => DockerCandidates.Find(environment, choice, _loggers);
}

/// <summary>An engine that was found, ready to be used. Disposing it closes the engine.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Description">What scripts see of it. Version and platform are <see langword="null"/> when it was not asked.</param>
public sealed record LocatedEngine(IEngine Engine, PackEngine Description) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}

/// <summary>A place where a user told docker or podman that an engine is: a docker context, or a podman connection.</summary>
/// <param name="Engine">Podman or docker.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it leads.</param>
public sealed record EngineConnection(PackEngineKind Engine, string Name, string Address);
