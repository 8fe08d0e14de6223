using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Benchmarks.Engines;

/// <summary>docker's API, without a library: a request is all that is spent.</summary>
internal sealed class BareDocker : BareEngine
{
    private readonly HttpClient client;

    /// <summary>Connects to a daemon.</summary>
    public BareDocker(DockerdFixture docker)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(docker.SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        client = new HttpClient(handler) { BaseAddress = new Uri("http://docker/v1.41/"), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <inheritdoc/>
    public override string Way => "docker's API by hand";

    /// <inheritdoc/>
    public override async Task RunAsync(string container)
    {
        await SendAsync(HttpMethod.Post, $"containers/{container}/start", content: null);
        using var answer = JsonDocument.Parse(await SendAsync(HttpMethod.Post, $"containers/{container}/wait", content: null));
        if (answer.RootElement.GetProperty("StatusCode").GetInt32() is not 0 and var code)
        {
            throw new InvalidOperationException($"the container ended with {code}");
        }
    }

    /// <inheritdoc/>
    public override async Task UploadAsync(string folder, string container)
    {
        using var tar = Process.Start(new ProcessStartInfo("tar", ["-c", "-C", folder, "."]) { RedirectStandardOutput = true })!;
        await SendAsync(HttpMethod.Put, $"containers/{container}/archive?path=/", new StreamContent(tar.StandardOutput.BaseStream, 1 << 16));
        await tar.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(string archive) =>
        await SendAsync(HttpMethod.Post, "images/load?quiet=1", new StreamContent(File.OpenRead(archive), 1 << 16));

    /// <inheritdoc/>
    public override async Task ListAsync() => await SendAsync(HttpMethod.Get, "images/json", content: null);

    /// <inheritdoc/>
    public override void Dispose() => client.Dispose();

    private async Task<byte[]> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode
            ? body
            : throw new InvalidOperationException($"docker answered {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }
}
