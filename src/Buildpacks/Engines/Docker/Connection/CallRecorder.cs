using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>Records every request that leaves for the engine: the count is of real requests, whoever made them.</summary>
internal sealed class CallRecorder(HttpMessageHandler inner, IEngineCallObserver? observer, ILogger logger) : DelegatingHandler(inner)
{
    /// <summary>More than any list of images is: an answer beyond this is no answer.</summary>
    private const long LargestAnswer = 128L * 1024 * 1024;

    /// <summary>More than any reason why not.</summary>
    private const long LargestRefusal = 1024 * 1024;

    private const int FirstRefusal = 400;

    /// <summary>The operations whose answers pass through; all others are held in memory.</summary>
    private static readonly string[] Streamed =
    [
        EngineOperation.ImageLoad, EngineOperation.ImageSave, EngineOperation.ImagePull, EngineOperation.ImagePush,
        EngineOperation.CopyFromContainer, EngineOperation.ContainerAttach,
    ];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = new RecordedCall(CallScope.Current, request, observer, logger);
        if (request.Content is { } body)
        {
            // Archives have no length. For these the engine's word is awaited before the bytes go out.
            request.Headers.ExpectContinue = body.Headers.ContentLength is null;
            request.Content = new RequestBody(body, call);
        }

        call.Enter();
        try
        {
            var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            call.Answered((int)answer.StatusCode, LimitOf(answer));
            answer.Content = new AnswerBody(answer.Content, call);
            return answer;
        }
        catch
        {
            call.End();
            throw;
        }
    }

    private static long LimitOf(HttpResponseMessage answer) =>
        (int)answer.StatusCode >= FirstRefusal ? LargestRefusal
        : Streamed.Contains(CallScope.Current) ? long.MaxValue
        : LargestAnswer;
}
