using System.Text;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Stores.Tests.Fuzzing;

/// <summary>A registry whose answers are broken anywhere: status line, headers and body. Each is refused in bounded time and memory.</summary>
public sealed class RegistryAnswerFuzzTests
{
    private const int Exchanges = 250;

    private static readonly string Digest = OciDigest.Of("blob"u8);

    private static readonly RegistryLimits Limits = new()
    {
        Connect = TimeSpan.FromSeconds(2), Answer = TimeSpan.FromSeconds(2), Document = TimeSpan.FromSeconds(2), Stall = TimeSpan.FromSeconds(2),
        Retries = 1, Continuations = 2, RetryDelay = TimeSpan.FromMilliseconds(1), LongestRetryAfter = TimeSpan.FromMilliseconds(1), CancelGrace = TimeSpan.FromSeconds(1),
    };

    private static readonly string[] Words =
    [
        "Location: ", "Location: http://127.0.0.1:1/x", "Location: file:///etc/passwd", "Location: //[::1", "Location: http://[", "Range: 0-", "Range: 9223372036854775807-0", "Content-Range: bytes 5-1/0",
        "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 4294967296", "Transfer-Encoding: chunked", "Content-Encoding: gzip", "Content-Type: ;;=", "Docker-Content-Digest: sha256:",
        "WWW-Authenticate: Bearer realm=", "WWW-Authenticate: Basic", "Link: <", "Link: </v2/x/tags/list?last=a>; rel=\"next\"", "Retry-After: 99999999999", "Retry-After: x", "HTTP/1.1 206", "HTTP/1.1 307", "HTTP/1.1 401", "HTTP/9.9 999",
        "OCI-Subject: x", "\r\n\r\n", "\r\n",
    ];

    [Fact]
    public void Manifests() => Run(
        [Answer(200, $"Content-Type: {MediaTypes.Manifest}\r\nDocker-Content-Digest: {Digest}", "{\"schemaVersion\":2}"), Answer(404, "", "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}"), Answer(307, "Location: http://HOST/v2/x/manifests/y", "")],
        (client, name) => client.GetManifestAsync(name, default));

    [Fact]
    public void Digests_of_tags() => Run([Answer(200, $"Docker-Content-Digest: {Digest}\r\nContent-Type: x/y", "")], (client, name) => client.HeadManifestAsync(name, default));

    [Fact]
    public void Challenges() => Run(
        [
            Answer(401, "WWW-Authenticate: Bearer realm=\"http://HOST/token\",service=\"s\",scope=\"repository:a:pull\"", ""), Answer(401, "WWW-Authenticate: Basic realm=\"x\"", ""),
            Answer(200, "Content-Type: application/json", "{\"token\":\"t\",\"expires_in\":60}"),
        ],
        (client, name) => client.GetManifestAsync(name, default));

    [Fact]
    public void Blobs() => Run(
        [Answer(200, $"Docker-Content-Digest: {Digest}", "blob"), Answer(206, "Content-Range: bytes 2-3/4", "ob"), Answer(302, "Location: http://HOST/elsewhere", "")],
        async (client, name) =>
        {
            await using var blob = await new RegistryImageStore(client).OpenBlobAsync(name, new OciDescriptor { MediaType = MediaTypes.LayerTarGzip, Digest = Digest, Size = 4 }, default);
            await blob.CopyToAsync(Stream.Null);
        });

    [Fact]
    public void Uploads() => Run(
        [
            Answer(202, "Location: /v2/a/blobs/uploads/1?state=x\r\nRange: 0-0\r\nDocker-Upload-UUID: 1", ""), Answer(201, $"Location: /v2/a/blobs/{Digest}\r\nDocker-Content-Digest: {Digest}", ""),
            Answer(202, "Location: http://HOST/v2/a/blobs/uploads/2\r\nRange: 0-1", ""), Answer(404, "", ""),
        ],
        (client, name) => new RegistryImageStore(client).PutBlobAsync(name, BlobSource.OfBytes(MediaTypes.LayerTarGzip, "blob"u8.ToArray()), null, default));

    [Fact]
    public void Lists_of_tags() => Run(
        [Answer(200, "Content-Type: application/json\r\nLink: </v2/a/tags/list?last=b&n=1>; rel=\"next\"", "{\"name\":\"a\",\"tags\":[\"a\",\"b\"]}"), Answer(200, "", "{\"name\":\"a\",\"tags\":null}")],
        (client, name) => client.ListTagsAsync(name, default));

    /// <summary>Each input is what a server answers to every request of an operation.</summary>
    private static void Run(string[] answers, Func<RegistryClient, ImageReference, Task> operation)
    {
        var mutator = new Mutator(Words);
        using var proxy = new FaultProxy();
        var inputs = answers.Select(Encoding.UTF8.GetBytes).ToList();
        new Fuzzer("answer", inputs, mutator.Mutate) { Inputs = Exchanges }.Run((byte[] input) =>
        {
            var requests = 0;
            proxy.Handle = async request =>
            {
                // What leads round in circles is ended by the client: this is for the test to end when it is not.
                if (Interlocked.Increment(ref requests) > 500)
                {
                    request.Cut();
                    return;
                }

                var answer = requests % 2 == 1 ? input : inputs[requests % inputs.Count];
                await request.SendBytesAsync(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(answer).Replace("HOST", proxy.Host, StringComparison.Ordinal)));
            };
            using var client = new RegistryClient(new RegistryOptions { Limits = Limits, Credentials = KnownCredentials.For(proxy.Host, new RegistryCredential("u", "the-password")) });
            try
            {
                operation(client, TestOptions.NewName(proxy.Host, "fuzz")).GetAwaiter().GetResult();
            }
            catch (PackException failure)
            {
                Assert.DoesNotContain("the-password", failure.ToString(), StringComparison.Ordinal);
                Assert.True(failure.Message.Length < 4000, failure.Message);
                throw;
            }

            Assert.InRange(requests, 0, 400);
        });
    }

    private static string Answer(int status, string headers, string body) =>
        $"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {body.Length}\r\n{(headers.Length > 0 ? headers + "\r\n" : "")}\r\n{body}";
}
