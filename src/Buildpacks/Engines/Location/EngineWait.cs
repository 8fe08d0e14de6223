namespace Buildpacks.Engines.Location;

/// <summary>
/// Waits for the first answer of an engine: shows after a second which engine is waited for, gives up after a while, and remembers for
/// the session which engines did not answer.
/// </summary>
/// <param name="unresponsive">The session's memory; <see langword="null"/> for none.</param>
/// <param name="sink">Shows what is waited for; <see langword="null"/> for nobody.</param>
internal sealed class EngineWait(UnresponsiveEngines? unresponsive, IPackSink? sink)
{
    /// <summary>How long an engine may take to answer, unless a caller says otherwise.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan DefaultLimitOfUnresponsive = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultNotice = TimeSpan.FromSeconds(1);

    /// <summary>How long an engine may take to answer.</summary>
    public TimeSpan Limit { get; init; } = DefaultLimit;

    /// <summary>How long an engine may take to answer that did not answer earlier in the session.</summary>
    public TimeSpan LimitOfUnresponsive { get; init; } = DefaultLimitOfUnresponsive;

    /// <summary>How long an engine is waited for before that is shown.</summary>
    public TimeSpan Notice { get; init; } = DefaultNotice;

    /// <summary>Whether an engine did not answer earlier in the session.</summary>
    /// <param name="kind">Podman or docker.</param>
    /// <param name="endpoint">Where it is.</param>
    public bool IsUnresponsive(PackEngineKind kind, string endpoint) => unresponsive?.Contains(kind, endpoint) ?? false;

    /// <summary>Asks an engine a question that it answers from what it knows.</summary>
    /// <param name="kind">Podman or docker.</param>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PackException">The engine does not answer in time.</exception>
    public async Task<T> AskAsync<T>(
        PackEngineKind kind, string endpoint, Func<CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        var limit = IsUnresponsive(kind, endpoint) ? LimitOfUnresponsive : Limit;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limit);
        var shown = new PackProgress
        {
            Id = $"engine {kind} {endpoint}",
            Activity = $"Waiting for {Name(kind)} to answer",
            Status = endpoint,
            IsTimed = true,
        };
        var isSlow = false;
        try
        {
            var answer = question(end.Token);
            await Task.WhenAny(answer, Task.Delay(Notice, end.Token)).ConfigureAwait(false);
            if (!answer.IsCompleted)
            {
                isSlow = true;
                sink?.Progress(shown);
            }

            var result = await answer.ConfigureAwait(false);
            unresponsive?.Remove(kind, endpoint);
            return result;
        }
        catch (OperationCanceledException exception) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            unresponsive?.Add(kind, endpoint);
            throw NoAnswer(kind, endpoint, limit, exception);
        }
        catch (Exception exception) when (isSlow && (exception is PackException { Kind: PackErrorKind.Unreachable } or HttpRequestException))
        {
            // An address that leads nowhere fails by itself, after as long a wait.
            unresponsive?.Add(kind, endpoint);
            throw;
        }
        finally
        {
            if (isSlow)
            {
                sink?.Progress(shown with { Completed = true });
            }
        }
    }

    private static string Name(PackEngineKind kind) => kind.ToString().ToLowerInvariant();

    private static PackException NoAnswer(PackEngineKind kind, string endpoint, TimeSpan limit, Exception cause) =>
        new($"{kind}Unreachable", PackErrorKind.Unreachable, $"{Name(kind)} at {endpoint} did not answer within {limit.TotalSeconds:0.#} seconds", cause)
        {
            Target = endpoint,
            RecommendedAction = $"Check whether {Name(kind)} hangs, for example with '{Name(kind)} info', and restart it. "
                + "Get-PackEngine -ListAvailable shows the engines that answer.",
        };
}
