using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>Records every request that leaves for the engine: the count is of real requests, whoever made them.</summary>
internal sealed class CallRecorder(HttpMessageHandler inner, IEngineCallObserver? observer, ILogger logger) : DelegatingHandler(inner)
{
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
            call.Answered((int)answer.StatusCode);
            answer.Content = new AnswerBody(answer.Content, call);
            return answer;
        }
        catch
        {
            call.End();
            throw;
        }
    }
}
