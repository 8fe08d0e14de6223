using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Buildpacks.Commands.Streams;
using Buildpacks.Engines;
using Buildpacks.Engines.Location;
using Buildpacks.Stores;

namespace Buildpacks.Commands.Completion;

/// <summary>
/// What Tab asks for, kept for a moment. An engine that takes longer than a person waits goes on answering in the background, for the
/// next Tab.
/// </summary>
internal static class CompletionAnswers
{
    // A first Tab waits as long as an engine usually takes. When it was not enough, the next ones do not wait so long again.
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    // Each runspace has its own: runspaces may use different engines. Weak, so that a closed runspace takes its answers along.
    private static readonly ConditionalWeakTable<Runspace, Dictionary<(Type, EngineRequest), Answer>> Answers = [];

    /// <summary>The images of the engine that the command would use.</summary>
    /// <param name="parameters">What was typed so far.</param>
    /// <returns>The images; none when no engine answers in time.</returns>
    public static IReadOnlyList<PackImage> Images(IDictionary parameters) => OfEngine(
        parameters, (engine, cancellationToken) => ImageCatalog.ListAsync(engine, new ImageQuery { All = true }, cancellationToken));

    /// <summary>What the engine that the command would use says.</summary>
    /// <typeparam name="T">What is asked for; there is one question for each type.</typeparam>
    /// <param name="parameters">What was typed so far.</param>
    /// <param name="ask">Asks.</param>
    /// <returns>The answer; nothing when no engine answers in time.</returns>
    public static IReadOnlyList<T> OfEngine<T>(IDictionary parameters, Func<IEngine, CancellationToken, Task<IReadOnlyList<T>>> ask)
    {
        var request = new EngineRequest
        {
            Parameter = new EngineChoice(
                EngineOf(parameters, "Engine") ?? EngineOf(parameters, "From"), (parameters["EngineEndpoint"] ?? parameters["FromEndpoint"])?.ToString()),
            Session = SessionEngine.GetCurrent(),
            Unresponsive = SessionEngine.GetCurrentUnresponsive(),
        };
        return Get(request, async (locator, cancellationToken) =>
        {
            await using var located = await locator.OpenAsync(request, cancellationToken);
            return await ask(located.Engine, cancellationToken);
        });
    }

    /// <summary>The places where docker and podman can be told to look for an engine.</summary>
    public static IReadOnlyList<EngineConnection> Connections() =>
        Get(new EngineRequest(), (locator, cancellationToken) => locator.ListConnectionsAsync(cancellationToken));

    /// <summary>The engine that was typed.</summary>
    /// <param name="parameters">What was typed so far.</param>
    /// <param name="parameter">The parameter that names it.</param>
    public static PackEngineKind? EngineOf(IDictionary parameters, string parameter) =>
        parameters[parameter] is { } value && LanguagePrimitives.TryConvertTo<PackEngineKind>(value, out var kind) ? kind : null;

    private static IReadOnlyList<T> Get<T>(EngineRequest request, Func<EngineLocator, CancellationToken, Task<IReadOnlyList<T>>> ask)
    {
        var answers = Answers.GetOrCreateValue(Runspace.DefaultRunspace);
        var patience = Patience;
        if (!answers.TryGetValue((typeof(T), request), out var answer) || answer.IsOld)
        {
            patience = answer is { Items.IsCompleted: false } ? Patience : FirstPatience;
            answer = new Answer(Task.Run(() => AskAsync(ask)), DateTimeOffset.UtcNow);
            answers[(typeof(T), request)] = answer;
        }

        return answer.Items.Wait(patience) ? ((Task<IReadOnlyList<T>>)answer.Items).Result : [];
    }

    private static async Task<IReadOnlyList<T>> AskAsync<T>(Func<EngineLocator, CancellationToken, Task<IReadOnlyList<T>>> ask)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await ask(EngineLocator.ForSink(SilentSink.Instance), limit.Token);
        }
        catch (Exception failure) when (failure is PackException or OperationCanceledException)
        {
            // Nobody wants an error message in the middle of a line that is being typed.
            return [];
        }
    }

    private sealed record Answer(Task Items, DateTimeOffset Asked)
    {
        public bool IsOld => DateTimeOffset.UtcNow - Asked > Lifetime;
    }
}
