using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Engines;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>The base class of cmdlets that use a container engine: the specified one, the one of the session, or the first that answers.</summary>
public abstract class EngineCmdlet : PackCmdlet
{
    private bool _isEngineTyped;

    /// <summary>
    /// The container engine. The default is the engine of the session (Set-PackEngine), then PACK_ENGINE, then the user's configuration, then
    /// the first engine that answers.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(Type = typeof(PackEngineKind))]
    public PackEngineKind? Engine { get; set; }

    /// <summary>
    /// The address of the engine: for docker a URI such as unix:///run/docker.sock, for podman the name of a connection, the URI of
    /// a podman service, or the path of the executable.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Endpoint")]
    [CellTransformation]
    [ArgumentCompleter(typeof(EngineEndpointCompleter))]
    public string? EngineEndpoint { get; set; }

    /// <summary>Whether the endpoint was typed: then it goes before those of piped objects.</summary>
    protected bool IsEndpointTyped { get; private set; }

    /// <summary>The engine that the command, or what is piped, names; it can be set to that of some of the piped objects.</summary>
    protected EngineChoice Choice
    {
        get => EngineArguments.Choose(Engine, EngineEndpoint, _isEngineTyped && !IsEndpointTyped);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            (Engine, EngineEndpoint) = (value.Kind, value.Endpoint);
        }
    }

    /// <summary>Whether an object of the pipeline named the engine.</summary>
    private bool IsEnginePiped => (!_isEngineTyped && Engine is not null) || (!IsEndpointTyped && !string.IsNullOrEmpty(EngineEndpoint));

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _isEngineTyped = MyInvocation.BoundParameters.ContainsKey(nameof(Engine));
        IsEndpointTyped = MyInvocation.BoundParameters.ContainsKey(nameof(EngineEndpoint));
        if (EmptyArgument.Find(MyInvocation.BoundParameters, name => name == nameof(EngineEndpoint)) is { } failure)
        {
            ThrowFailure(failure);
        }
    }

    /// <summary>What the command and the session say of the engine to use.</summary>
    /// <param name="observer">Is told of every call to the engine; <see langword="null"/> for nobody.</param>
    protected EngineRequest CreateEngineRequest(IEngineCallObserver? observer = null) => new()
    {
        Parameter = Choice,
        Session = SessionEngine.Get(SessionState),
        Unresponsive = SessionEngine.Unresponsive(SessionState),
        Observer = observer,
    };

    /// <summary>Finds the engine and runs work on it. A failure ends the cmdlet with a terminating error.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">The work; the engine is closed after it.</param>
    /// <param name="observer">Is told of every call to the engine; <see langword="null"/> for nobody.</param>
    /// <param name="target">What an error is about, unless the failure says so itself.</param>
    /// <returns>What the work gave.</returns>
    protected T RunOnEngine<T>(
        Func<LocatedEngine, IPackSink, CancellationToken, Task<T>> work, IEngineCallObserver? observer = null, object? target = null)
    {
        var request = CreateEngineRequest(observer);
        return Run((sink, cancellationToken) => RunAsync(request, work, sink, cancellationToken), target);
    }

    /// <summary>
    /// Finds the engine and runs work about one item. A failure becomes a non-terminating error. Without an engine the command cannot run at
    /// all, which is a terminating error, unless the item itself named the engine.
    /// </summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">The work; the engine is closed after it.</param>
    /// <param name="target">The item.</param>
    /// <param name="result">What the work gave.</param>
    /// <param name="observer">Is told of every call to the engine; <see langword="null"/> for nobody.</param>
    /// <returns>Whether the work ended well.</returns>
    protected bool TryRunOnEngine<T>(
        Func<LocatedEngine, IPackSink, CancellationToken, Task<T>> work, object? target, out T? result, IEngineCallObserver? observer = null)
    {
        var request = CreateEngineRequest(observer);
        PackException? noEngine = null;
        var succeeded = TryRun(
            async (sink, cancellationToken) =>
            {
                LocatedEngine located;
                try
                {
                    located = await EngineLocator.ForSink(sink).OpenAsync(request, cancellationToken);
                }
                catch (PackException failure) when (!IsEnginePiped)
                {
                    noEngine = failure;
                    return default!;
                }

                await using (located)
                {
                    return await work(located, sink, cancellationToken);
                }
            },
            target,
            out result);
        if (noEngine is not null)
        {
            ThrowFailure(noEngine, target);
        }

        return succeeded;
    }

    /// <summary>Finds images. A failure ends the cmdlet, unless piped objects named the engine: then those of other engines are still found.</summary>
    /// <param name="names">Names, ids and patterns.</param>
    /// <param name="all">Whether patterns match every image, not only those that buildpacks built.</param>
    /// <param name="detailed">Whether to ask for the platform of images that patterns match too.</param>
    /// <param name="images">The images.</param>
    /// <returns>Whether they were found.</returns>
    private protected bool TryFind(IReadOnlyList<string> names, bool all, bool detailed, [NotNullWhen(true)] out SelectedImages? images)
    {
        if (IsEnginePiped)
        {
            return TryRunOnEngine(FindAsync, names, out images);
        }

        images = RunOnEngine(FindAsync);
        return true;

        Task<SelectedImages> FindAsync(LocatedEngine located, IPackSink sink, CancellationToken cancellationToken) =>
            SelectedImages.FindAsync(located.Engine, names, all, detailed, cancellationToken);
    }

    private static async Task<T> RunAsync<T>(
        EngineRequest request, Func<LocatedEngine, IPackSink, CancellationToken, Task<T>> work, IPackSink sink, CancellationToken cancellationToken)
    {
        await using var located = await EngineLocator.ForSink(sink).OpenAsync(request, cancellationToken);
        return await work(located, sink, cancellationToken);
    }
}
