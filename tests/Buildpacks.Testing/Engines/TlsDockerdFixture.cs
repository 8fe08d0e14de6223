using Buildpacks.Testing.Tls;

namespace Buildpacks.Testing.Engines;

/// <summary>A docker daemon that also listens on a TCP port, where it speaks TLS and accepts only clients with a certificate.</summary>
public sealed class TlsDockerdFixture : DockerdFixture
{
    private readonly TestAuthority _authority = new();
    private readonly int _port = FreePort.Find();

    /// <summary>The address of the port, <c>tcp://127.0.0.1:PORT</c>.</summary>
    public Uri TlsEndpoint => new($"tcp://127.0.0.1:{_port}");

    /// <summary>Writes what a client needs: <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>.</summary>
    public void WriteClientFiles(string folder)
    {
        Directory.CreateDirectory(folder);
        var (certificate, key) = _authority.Issue();
        File.WriteAllText(Path.Combine(folder, "ca.pem"), _authority.Pem);
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate);
        File.WriteAllText(Path.Combine(folder, "key.pem"), key);
    }

    /// <inheritdoc/>
    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _authority.Dispose();
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> MoreArguments()
    {
        var (certificate, key) = _authority.Issue();
        return
        [
            "--host", TlsEndpoint.OriginalString, "--tlsverify", "--tlscacert", Folder.File("tls/ca.pem", _authority.Pem),
            "--tlscert", Folder.File("tls/server.pem", certificate), "--tlskey", Folder.File("tls/server.key", key),
        ];
    }
}
