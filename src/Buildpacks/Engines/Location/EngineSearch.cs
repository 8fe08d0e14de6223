using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Location;

/// <summary>One search for an engine: asks the candidates side by side, and takes the first in their order that answers.</summary>
/// <param name="request">What the caller knows.</param>
/// <param name="wait">Waits for answers.</param>
/// <param name="logger">Is told which engine was given up.</param>
internal sealed class EngineSearch(EngineRequest request, EngineWait wait, ILogger logger)
{
    private readonly List<EngineTrial> _trials = [];

    /// <summary>Opens the first candidate that answers. A single one is taken at its word unless it is to be verified.</summary>
    /// <exception cref="PackException">None answers.</exception>
    public async Task<LocatedEngine> OpenAsync(IReadOnlyList<EngineCandidate> candidates, CancellationToken cancellationToken)
    {
        if (candidates is [var only])
        {
            return request.Verify
                ? await only.AskAsync(request.Observer, detail: false, wait, cancellationToken).ConfigureAwait(false)
                : only.Trust(request.Observer, wait);
        }

        return await FirstAsync([.. candidates.Select(Version)], cancellationToken).ConfigureAwait(false) ?? throw EngineTrial.Combine(_trials);
    }

    /// <summary>Opens the engine that is meant when nobody chose. What can be seen without asking is looked at first.</summary>
    /// <exception cref="PackException">None answers.</exception>
    public async Task<LocatedEngine> DiscoverAsync(
        EngineCandidate podman, IReadOnlyList<EngineCandidate> docker, CancellationToken cancellationToken)
    {
        if (docker.All(candidate => candidate.Problem is not null))
        {
            return await FirstAsync([Version(podman), .. docker.Select(Version)], cancellationToken).ConfigureAwait(false)
                ?? throw EngineTrial.Combine(_trials);
        }

        Question[] images = podman.Problem is null ? [new Question(podman, token => OpenWithImagesAsync(podman, token))] : [];
        return await FirstAsync([.. images, .. docker.Select(Version)], cancellationToken).ConfigureAwait(false)
            ?? await FirstAsync([Version(podman)], cancellationToken).ConfigureAwait(false)
            ?? throw EngineTrial.Combine(_trials);
    }

    /// <summary>Opens podman, when its store holds an image.</summary>
    /// <returns><see langword="null"/> when it holds none, or podman answers with a failure.</returns>
    /// <exception cref="PackException">podman does not answer.</exception>
    public async Task<LocatedEngine?> OpenWithImagesAsync(EngineCandidate podman, CancellationToken cancellationToken)
    {
        var located = podman.Trust(request.Observer, wait);
        try
        {
            var images = await wait.AskAsync(
                podman.Kind, podman.Endpoint, token => located.Engine.Images.ListAsync(new ImageListOptions(), token), cancellationToken).ConfigureAwait(false);
            if (images.Count > 0)
            {
                return request.Verify
                    ? await podman.AskAsync(request.Observer, detail: false, wait, cancellationToken).ConfigureAwait(false)
                    : located;
            }
        }
        catch (PackException) when (!wait.IsUnresponsive(podman.Kind, podman.Endpoint))
        {
            // Whoever goes on to ask podman for its version gets to hear why.
        }
        catch
        {
            await located.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await located.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private Question Version(EngineCandidate candidate) =>
        new(candidate, async token => await candidate.AskAsync(request.Observer, detail: false, wait, token).ConfigureAwait(false));

    /// <summary>Asks all questions at once, and opens the first engine in their order.</summary>
    /// <returns><see langword="null"/> when no question leads to an engine.</returns>
    private async Task<LocatedEngine?> FirstAsync(IReadOnlyList<Question> questions, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = questions.Select(question => new Asked(
            question.Candidate, wait.IsUnresponsive(question.Candidate.Kind, question.Candidate.Endpoint), TryAsync(question, end.Token))).ToArray();
        LocatedEngine? found = null;
        try
        {
            // An engine that did not answer earlier in the session is not waited for while another one answers.
            foreach (var one in asked.OrderBy(one => one.WasUnresponsive))
            {
                if ((await one.Answer.ConfigureAwait(false)).Engine is not null)
                {
                    break;
                }
            }

            // Such an engine may answer again: the order decides between those that have answered by now.
            foreach (var one in asked.Where(one => one.Answer.IsCompletedSuccessfully))
            {
                found ??= (await one.Answer.ConfigureAwait(false)).Engine;
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            foreach (var one in asked)
            {
                await CloseAsync(one, found).ConfigureAwait(false);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        await NoteFailuresAsync(asked, found).ConfigureAwait(false);
        return found;
    }

    /// <summary>Notes the failures. When an engine was found, says why one that comes before it is not used.</summary>
    private async Task NoteFailuresAsync(IEnumerable<Asked> asked, LocatedEngine? found)
    {
        foreach (var (candidate, wasUnresponsive, answer) in asked)
        {
            if ((await answer.ConfigureAwait(false)).Failure is not { } failure)
            {
                continue;
            }

            _trials.RemoveAll(trial => ReferenceEquals(trial.Candidate, candidate));
            _trials.Add(new EngineTrial(candidate, failure));
            if (found is null)
            {
                continue;
            }

            if (wait.IsUnresponsive(candidate.Kind, candidate.Endpoint))
            {
                logger.Log(
                    wasUnresponsive ? LogLevel.Debug : LogLevel.Warning,
                    "{Failure}. {Found} is used instead. This session no longer waits for this engine; 'Set-PackEngine -Automatic' resets this.",
                    failure.Message.TrimEnd('.'), found.Description.Engine);
            }
            else if (failure.Kind is PackErrorKind.InvalidInput or PackErrorKind.NotFound)
            {
                // Somebody named this engine, and made a mistake.
                logger.LogWarning("{Failure}. {Found} is used instead.", failure.Message.TrimEnd('.'), found.Description.Engine);
            }
        }
    }

    private static async Task<(LocatedEngine? Engine, PackException? Failure)> TryAsync(Question question, CancellationToken cancellationToken)
    {
        try
        {
            return (await question.AskAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (PackException failure)
        {
            return (null, failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Another engine was taken, or nobody wants any more.
            return (null, null);
        }
    }

    /// <summary>Closes an engine that answered and is not the one that is used.</summary>
    private static async Task CloseAsync(Asked asked, LocatedEngine? found)
    {
        if ((await asked.Answer.ConfigureAwait(false)).Engine is { } other && !ReferenceEquals(other, found))
        {
            await other.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed record Question(EngineCandidate Candidate, Func<CancellationToken, Task<LocatedEngine?>> AskAsync);

    private sealed record Asked(EngineCandidate Candidate, bool WasUnresponsive, Task<(LocatedEngine? Engine, PackException? Failure)> Answer);
}
