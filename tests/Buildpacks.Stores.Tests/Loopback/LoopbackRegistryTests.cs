using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Buildpacks.Oci;
using Buildpacks.Stores.Layouts;
using Buildpacks.Stores.Loopback;
using Buildpacks.Stores.Sparse;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Stores.Tests.Loopback;

/// <summary>The registry of a build, with skopeo as its client and with clients that do what they should not.</summary>
public sealed class LoopbackRegistryTests : IAsyncDisposable
{
    private const string Uploads = "/v2/app/blobs/uploads/";

    private static readonly byte[] Base = RandomNumberGenerator.GetBytes(1000);
    private static readonly SparseImage RunImage = SparseImage.From(Config(OciDigest.Of(Base)));

    private readonly TestFolder _folder = new("loopback");
    private readonly HttpClient _client = new();
    private LoopbackRegistry? _registry;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }

        _folder.Dispose();
    }

    [SkippableFact]
    public async Task Skopeo_pushes_an_image_without_the_layers_that_are_there()
    {
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        var registry = Start();
        var (large, small) = (RandomNumberGenerator.GetBytes(LayoutReader.MaximumHeldBlob + 1), "small"u8.ToArray());
        WriteLayout(large, small);

        await SkopeoAsync(registry, "copy", "--preserve-digests", "--dest-tls-verify=false", $"oci:{_folder["image"]}", $"docker://{registry.AppImage}");

        await using var layout = registry.OpenLayout();
        using var reader = new LayoutReader(layout);
        var blob = await reader.ReadToLargeBlobAsync(CancellationToken.None);
        Assert.Equal((OciDigest.Of(large), large.Length), (blob!.Digest, blob.Length));
        using var content = new MemoryStream();
        await blob.Content.CopyToAsync(content);
        Assert.Equal(large, content.ToArray());
        Assert.Null(await reader.ReadToLargeBlobAsync(CancellationToken.None));
        var image = reader.Complete();
        Assert.Equal(registry.Export!.Digest, image.Digest);
        Assert.Equal([true, false, false], image.Layers.Select(layer => layer.Held));
        Assert.Equal(small, image.Held[OciDigest.Of(small)].ToArray());
    }

    [SkippableFact]
    public async Task Skopeo_reads_the_run_image_and_the_data_of_the_previous_image()
    {
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        var layer = RandomNumberGenerator.GetBytes(100_000);
        var digest = OciDigest.Of(layer);
        var file = _folder["sbom"];
        await File.WriteAllBytesAsync(file, layer);
        var previous = SparseImage.From(
            Config(digest), new Dictionary<string, OciDescriptor> { [digest] = new() { MediaType = MediaTypes.LayerTar, Digest = digest, Size = layer.Length } });
        var registry = Start(new LoopbackImage(previous) { Files = new Dictionary<string, string> { [digest] = file } });

        var raw = await SkopeoAsync(registry, "inspect", "--raw", "--tls-verify=false", $"docker://{registry.RunImage}");
        var config = await SkopeoAsync(registry, "inspect", "--config", "--raw", "--tls-verify=false", $"docker://{registry.Host}/run@{RunImage.ManifestDigest}");
        await SkopeoAsync(registry, "copy", "--preserve-digests", "--src-tls-verify=false", $"docker://{registry.AppImage}", $"oci:{_folder["copy"]}");

        Assert.Equal(Encoding.UTF8.GetString(RunImage.Manifest.Span), raw);
        Assert.Equal(Encoding.UTF8.GetString(RunImage.Config.Span), config);
        Assert.Equal(layer, await File.ReadAllBytesAsync(_folder[$"copy/{LayoutPath.Blob(digest)}"]));
        Assert.True(registry.WasReached);
    }

    [Theory]
    [InlineData("GET", "/v2/")]
    [InlineData("GET", "/v2/run/manifests/latest")]
    [InlineData("POST", Uploads)]
    [InlineData("PUT", "/v2/app/manifests/latest")]
    public async Task Nobody_gets_in_without_the_password(string method, string path)
    {
        var registry = Start();

        foreach (var authorization in new[] { null, "Basic " + Convert.ToBase64String("buildpacks:"u8), registry.Authorization + "A", "Bearer " + registry.Authorization[6..] })
        {
            using var answer = await SendAsync(method, path, authorization: authorization);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        Assert.False(registry.WasReached);
        Assert.Equal(0, registry.OpenUploads);
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/v2/_catalog", 404)]
    [InlineData("GET", "/v2/other/manifests/latest", 404)]
    [InlineData("GET", "/v2/run/manifests/other", 404)]
    [InlineData("GET", "/v2/app/manifests/latest", 404)]
    [InlineData("GET", "/v2/run/blobs/../../../etc/passwd", 404)]
    [InlineData("GET", "/v2/run/blobs/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404)]
    [InlineData("PUT", "/v2/run/manifests/latest", 405)]
    [InlineData("DELETE", "/v2/run/manifests/latest", 405)]
    [InlineData("POST", "/v2/run/blobs/uploads/", 404)]
    [InlineData("PATCH", Uploads + "0123", 404)]
    public async Task Nothing_else_is_there(string method, string path, int status)
    {
        Start();

        using var answer = await SendAsync(method, path, []);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_layer_of_the_run_image_is_there_and_is_not_given_out()
    {
        Start();
        var digest = OciDigest.Of(Base);

        using var head = await SendAsync("HEAD", $"/v2/app/blobs/{digest}");
        using var mount = await SendAsync("POST", $"{Uploads}?mount={digest}&from=run");
        using var get = await SendAsync("GET", $"/v2/run/blobs/{digest}");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.NotFound], [head.StatusCode, mount.StatusCode, get.StatusCode]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_of_another_digest_are_dropped(bool atOnce)
    {
        var registry = Start();
        var wrong = OciDigest.Of("other"u8);

        using var answer = atOnce
            ? await SendAsync("POST", $"{Uploads}?digest={wrong}", "bytes"u8.ToArray())
            : await SendAsync("PUT", $"{await BeginAsync()}?digest={wrong}", "bytes"u8.ToArray());

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, registry.OpenUploads);
        using var head = await SendAsync("HEAD", $"/v2/app/blobs/{wrong}");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task An_upload_comes_in_pieces_and_in_one_order()
    {
        Start();
        var location = await BeginAsync();

        using var first = await SendAsync("PATCH", location, "one"u8.ToArray());
        using var wrong = await SendAsync("PATCH", location, "x"u8.ToArray(), range: "1-1");
        using var second = await SendAsync("PATCH", location, "two"u8.ToArray(), range: "3-5");
        using var state = await SendAsync("GET", location);
        using var end = await SendAsync("PUT", $"{location}?digest={OciDigest.Of("onetwo"u8)}");

        Assert.Equal([202, 416, 202, 204, 201], new[] { first, wrong, second, state, end }.Select(answer => (int)answer.StatusCode));
        Assert.Equal("0-5", state.Headers.GetValues("Range").Single());
        using var content = await SendAsync("GET", $"/v2/app/blobs/{OciDigest.Of("onetwo"u8)}");
        Assert.Equal("onetwo", await content.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_cut_upload_leaves_nothing()
    {
        var registry = Start();
        var location = await BeginAsync();
        using (var client = await ConnectAsync(registry))
        {
            await WriteAsync(client, $"PATCH {location} HTTP/1.1\r\nHost: x\r\nAuthorization: {registry.Authorization}\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nonly some");
        }

        while (registry.OpenUploads > 0)
        {
            await Task.Delay(10);
        }

        using var answer = await SendAsync("GET", location);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(1000, 1_000_000)]
    [InlineData(1_000_000, 1000)]
    public async Task An_endless_body_is_refused(long all, long blob)
    {
        var registry = Start(limits: new LoopbackLimits { Bytes = all, BlobBytes = blob });
        var location = await BeginAsync();
        using var client = await ConnectAsync(registry);
        await WriteAsync(client, $"PATCH {location} HTTP/1.1\r\nHost: x\r\nAuthorization: {registry.Authorization}\r\nTransfer-Encoding: chunked\r\n\r\n");

        try
        {
            while (true)
            {
                await WriteAsync(client, "400\r\n" + new string('x', 0x400) + "\r\n");
            }
        }
        catch (IOException)
        {
            // The registry ended the connection.
        }

        Assert.Equal(0, registry.OpenUploads);
        Assert.Contains("larger than a build takes", registry.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_uploads_are_refused()
    {
        Start(limits: new LoopbackLimits { Uploads = 2 });
        var first = await BeginAsync();
        await BeginAsync();

        using var third = await SendAsync("POST", Uploads);
        using var cancel = await SendAsync("DELETE", first);
        using var again = await SendAsync("POST", Uploads);

        Assert.Equal([429, 204, 202], new[] { third, cancel, again }.Select(answer => (int)answer.StatusCode));
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001hello of TLS", "HTTP/1.1 400")]
    [InlineData("GET\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET http://elsewhere/ HTTP/1.1\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET /v2/ HTTP/1.1\r\nno header\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("PUT /v2/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("PUT /v2/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("PUT /v2/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 400")]
    public async Task What_is_no_request_ends_the_connection(string text, string expected)
    {
        var registry = Start();
        using var client = await ConnectAsync(registry);

        await WriteAsync(client, text);
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync();

        Assert.StartsWith(expected, answer, StringComparison.Ordinal);
        using var next = await SendAsync("GET", "/v2/");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task A_head_without_an_end_is_refused()
    {
        var registry = Start();
        using var client = await ConnectAsync(registry);

        var text = "GET /v2/ HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat($"X: {new string('x', 1000)}\r\n", 40));
        try
        {
            await WriteAsync(client, text);
            using var reader = new StreamReader(client.GetStream());
            Assert.StartsWith("HTTP/1.1 431", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // The answer may be lost with what was not read.
        }

        using var next = await SendAsync("GET", "/v2/");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Silent_connections_make_way()
    {
        var registry = Start(limits: new LoopbackLimits { Connections = 2, Idle = TimeSpan.FromMilliseconds(300) });
        using var one = await ConnectAsync(registry);
        using var two = await ConnectAsync(registry);

        using var answer = await SendAsync("GET", "/v2/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("{}", 400)]
    [InlineData("no JSON", 400)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", 400)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"a","digest":"CONFIG","size":1},"layers":[{"mediaType":"a","digest":"UNKNOWN","size":1}]}""", 400)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"a","digest":"UNKNOWN","size":1},"layers":[]}""", 400)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"a","digest":"CONFIG","size":1},"layers":[]}""", 201)]
    public async Task A_manifest_names_what_is_there(string manifest, int status)
    {
        var registry = Start();
        var content = Encoding.UTF8.GetBytes(manifest.Replace("CONFIG", RunImage.ConfigDigest, StringComparison.Ordinal).Replace("UNKNOWN", OciDigest.Of("?"u8), StringComparison.Ordinal));

        using var answer = await SendAsync("PUT", "/v2/app/manifests/latest", content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 201, registry.Export is not null);
    }

    [Fact]
    public async Task A_registry_that_has_ended_leaves_no_port_and_no_file()
    {
        var registry = Start();
        using (await SendAsync("POST", $"{Uploads}?digest={OciDigest.Of("bytes"u8)}", "bytes"u8.ToArray()))
        {
            // Its file has no name while it is there.
            Assert.DoesNotContain(Directory.GetFiles(Path.GetTempPath(), "buildpacks-*"), file => File.ReadAllText(file) == "bytes");
        }

        await registry.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(registry));
    }

    private LoopbackRegistry Start(LoopbackImage? previous = null, LoopbackLimits? limits = null) =>
        _registry = new LoopbackRegistry(new LoopbackImage(RunImage), previous, limits ?? new LoopbackLimits(), NullLogger.Instance);

    private static OciImageConfig Config(params string[] diffIds) => new() { Os = "linux", Architecture = "amd64", Rootfs = new OciRootFs { DiffIds = diffIds } };

    /// <summary>A layout whose first layer, the run image's, has no file.</summary>
    private void WriteLayout(params byte[][] layers)
    {
        Directory.CreateDirectory(_folder["image/blobs/sha256"]);
        string[] digests = [OciDigest.Of(Base), .. layers.Select(layer => Write(layer))];
        var config = JsonSerializer.SerializeToUtf8Bytes(Config(digests), OciJson.Default.OciImageConfig);
        var manifest = new OciManifest
        {
            Config = new OciDescriptor { MediaType = MediaTypes.Config, Digest = Write(config), Size = config.Length },
            Layers = [.. digests.Zip(layers.Prepend(Base), (digest, layer) => new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = digest, Size = layer.Length })],
        };
        var content = JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.OciManifest);
        var index = new OciIndex { Manifests = [new OciDescriptor { MediaType = MediaTypes.Manifest, Digest = Write(content), Size = content.Length }] };
        _folder.File($"image/{LayoutPath.MarkerFile}", LayoutPath.MarkerContent);
        File.WriteAllBytes(_folder[$"image/{LayoutPath.IndexFile}"], JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.OciIndex));

        string Write(byte[] blob)
        {
            File.WriteAllBytes(_folder[$"image/{LayoutPath.Blob(OciDigest.Of(blob))}"], blob);
            return OciDigest.Of(blob);
        }
    }

    private async Task<string> SkopeoAsync(LoopbackRegistry registry, string command, params string[] arguments)
    {
        var login = registry.Authorization["Basic ".Length..];
        var file = _folder.File("auth.json", $"{{\"auths\":{{\"{registry.Host}\":{{\"auth\":\"{login}\"}}}}}}");
        return (await ToolRun.RunAsync("skopeo", [command, "--authfile", file, .. arguments])).Checked();
    }

    private async Task<string> BeginAsync()
    {
        using var answer = await SendAsync("POST", Uploads);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path, byte[]? body = null, string? range = null) =>
        SendAsync(method, path, _registry!.Authorization, body, range);

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? authorization, byte[]? body = null, string? range = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://{_registry!.Host}{path}"));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypes.Manifest);
            if (range is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
            }
        }

        return await _client.SendAsync(request);
    }

    private static async Task<TcpClient> ConnectAsync(LoopbackRegistry registry)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(registry.Host));
        return client;
    }

    private static Task WriteAsync(TcpClient client, string text) => client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();
}
