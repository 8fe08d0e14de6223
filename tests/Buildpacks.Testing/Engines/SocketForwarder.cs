using System.Net;
using System.Net.Sockets;

namespace Buildpacks.Testing.Engines;

/// <summary>Lets a Unix socket be reached on a loopback port, as <c>ssh -L</c> would.</summary>
public sealed class SocketForwarder : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _socketPath;

    /// <summary>Starts to forward.</summary>
    public SocketForwarder(string socketPath)
    {
        _socketPath = socketPath;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it listens, <c>tcp://127.0.0.1:PORT</c>.</summary>
    public Uri Endpoint => new($"tcp://{_listener.LocalEndpoint}");

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath));
                await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // One side is gone, and closing both tells the other.
            }
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReceiveAsync(buffer) is var count and > 0)
        {
            await to.SendAsync(buffer.AsMemory(0, count));
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
