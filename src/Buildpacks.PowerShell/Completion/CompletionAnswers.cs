using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Buildpacks.Commands.Streams;
using Buildpacks.Engines.Location;
using Buildpacks.Images;

namespace Buildpacks.Commands.Completion;

/// <summary>
/// The images that Tab offers. An engine that takes longer than a person waits goes on answering in the background, for the next Tab.
/// </summary>
internal static class CompletionImages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    // Each runspace has its own: runspaces may use different engines. Weak, so that a closed runspace takes its answers along.
    private static readonly ConditionalWeakTable<Runspace, Dictionary<EngineRequest, Answer>> Answers = [];

    /// <summary>The images of the engine that the command would use.</summary>
    /// <param name="parameters">What was typed so far.</param>
    /// <returns>The images; none when no engine answers in time.</returns>
    public static IReadOnlyList<PackImage> Get(IDictionary parameters)
    {
        var request = new EngineRequest
        {
            Parameter = new EngineChoice(ReadEngine(parameters["Engine"]), parameters["EngineEndpoint"]?.ToString()),
            Session = SessionEngine.GetCurrent(),
        };
        var answers = Answers.GetOrCreateValue(Runspace.DefaultRunspace);
        if (!answers.TryGetValue(request, out var answer) || answer.IsOld)
        {
            answer = new Answer(Task.Run(() => ListAsync(request)), DateTimeOffset.UtcNow);
            answers[request] = answer;
        }

        return answer.Images.Wait(Patience) ? answer.Images.Result : [];
    }

    private static PackEngineKind? ReadEngine(object? value) =>
        LanguagePrimitives.TryConvertTo<PackEngineKind>(value, out var kind) && value is not null ? kind : null;

    private static async Task<IReadOnlyList<PackImage>> ListAsync(EngineRequest request)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await using var located = await EngineLocator.ForSink(SilentSink.Instance).OpenAsync(request, limit.Token);
            return await ImageCatalog.ListAsync(located.Engine, new ImageQuery { All = true }, limit.Token);
        }
        catch (Exception failure) when (failure is PackException or OperationCanceledException)
        {
            // Nobody wants an error message in the middle of a line that is being typed.
            return [];
        }
    }

    private sealed record Answer(Task<IReadOnlyList<PackImage>> Images, DateTimeOffset Asked)
    {
        public bool IsOld => DateTimeOffset.UtcNow - Asked > Lifetime;
    }
}
