using System.Net;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>An answer's body: counts its bytes, and ends the call with the last of them.</summary>
internal sealed class AnswerBody(HttpContent inner, RecordedCall call) : CountedBody(inner)
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var through = new CountedStream(stream, call.Received, ended: null);
        await using (through.ConfigureAwait(false))
        {
            await Inner.CopyToAsync(through, context, cancellationToken).ConfigureAwait(false);
        }

        call.End();
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        var stream = await Inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new CountedStream(stream, call.Received, call.End) { OwnsInner = true };
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            call.End();
        }
    }
}
