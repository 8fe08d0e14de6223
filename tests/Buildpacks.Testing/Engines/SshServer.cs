using System.Net.Sockets;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Engines;

/// <summary>An ssh server on a loopback port, with a key of the tests' own, for the user who runs the tests.</summary>
public sealed class SshServer : IAsyncLifetime
{
    private readonly TestFolder _folder = new("ssh");
    private GuardedProcess? _server;

    /// <summary>The server's port.</summary>
    public int Port { get; } = FreePort.Find();

    /// <summary>The key that the server accepts.</summary>
    public string Identity => _folder["user"];

    /// <summary>The file with the server's key, as a client knows it.</summary>
    public string KnownHosts => _folder["known_hosts"];

    /// <summary>Why the server cannot be used here; <see langword="null"/> when it can.</summary>
    public string? Unavailable { get; private set; }

    /// <summary>A folder for PATH in which <c>ssh</c> has the key and knows the server.</summary>
    public string Programs => _folder["programs"];

    /// <summary>Skips the running test when there is no server; fails it with <c>CI=true</c>.</summary>
    public void Require() => Requirement.Meet(Unavailable);

    /// <summary>Makes a program <c>ssh</c> with other options.</summary>
    /// <returns>Its path.</returns>
    public string Client(string name, params string[] options) => _folder.Script(
        $"{name}/ssh", $"#!/bin/sh\nexec {Requirement.FindTool("ssh")} -F none {string.Join(' ', options.Select(option => "-o " + option))} \"$@\"\n");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Unavailable = Requirement.MissingTool("sshd", "ssh", "ssh-keygen") ?? Requirement.MissingRoot();
        if (Unavailable is not null)
        {
            return;
        }

        (await ToolRun.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", _folder["host"]])).Checked();
        (await ToolRun.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Identity])).Checked();
        File.Copy(Identity + ".pub", _folder["authorized_keys"]);
        File.WriteAllText(KnownHosts, $"[127.0.0.1]:{Port} {await File.ReadAllTextAsync(_folder["host"] + ".pub")}");
        Client("programs", "IdentityFile=" + Identity, "IdentitiesOnly=yes", "UserKnownHostsFile=" + KnownHosts, "StrictHostKeyChecking=yes");
        var configuration = _folder.File("sshd_config", $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {_folder["host"]}
            PidFile none
            AuthorizedKeysFile {_folder["authorized_keys"]}
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin yes
            MaxStartups 100

            """);

        // The server needs this folder for itself, and only the system's own start makes it.
        Directory.CreateDirectory("/run/sshd");
        _server = await GuardedProcess.StartAsync("sshd", ["-D", "-e", "-f", configuration], _folder["sshd.log"], AnswersAsync);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
