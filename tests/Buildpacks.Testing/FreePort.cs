using System.Net;
using System.Net.Sockets;

namespace Buildpacks.Testing;

/// <summary>Finds a port for a server that takes a number only.</summary>
public static class FreePort
{
    /// <summary>A loopback port on which nothing listens.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
