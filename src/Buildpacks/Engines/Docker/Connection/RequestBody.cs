using System.Net;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>A request's body: counts its bytes, and ends early when the engine takes no more of them.</summary>
internal sealed class RequestBody(HttpContent inner, RecordedCall call) : CountedBody(inner)
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var through = new CountedStream(stream, Count, ended: null);
        await using (through.ConfigureAwait(false))
        {
            try
            {
                await Inner.CopyToAsync(through, context, cancellationToken).ConfigureAwait(false);
            }
            catch (UploadRefusedException)
            {
                // Not a failure here: the engine's answer says why.
            }
        }
    }

    private void Count(int bytes)
    {
        if (call.Refused)
        {
            throw new UploadRefusedException();
        }

        call.Sent(bytes);
    }

    private sealed class UploadRefusedException : Exception;
}
