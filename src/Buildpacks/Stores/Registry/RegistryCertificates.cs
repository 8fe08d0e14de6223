using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Buildpacks.Configuration;
using Buildpacks.IO;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// The certificates that docker and podman are given for a registry, in a folder <c>certs.d/HOST[:PORT]</c>: <c>*.crt</c> are roots
/// beside the system's, <c>NAME.cert</c> and <c>NAME.key</c> are the client's own.
/// </summary>
internal sealed class RegistryCertificates
{
    private readonly ServerTrust _trust = new();

    private RegistryCertificates()
    {
    }

    /// <summary>The client's certificates with their keys.</summary>
    public X509Certificate2Collection Client { get; } = [];

    /// <summary>The folders of podman and docker, in their order.</summary>
    public static IReadOnlyList<string> FoldersOfUser(EngineEnvironment environment) =>
    [
        Path.Combine(environment.ConfigurationFolder, "containers", "certs.d"),
        Path.Combine(environment.ConfigurationFolder, "docker", "certs.d"),
        Path.Combine(environment.Get("DOCKER_CONFIG") ?? Path.Combine(environment.Home, ".docker"), "certs.d"),
        .. OperatingSystem.IsWindows()
            ? [Path.Combine(environment.Get("ProgramData") ?? @"C:\ProgramData", "docker", "certs.d")]
            : new[] { "/etc/containers/certs.d", "/usr/share/containers/certs.d", "/etc/docker/certs.d" },
    ];

    /// <summary>Reads the certificates of a host. Files that cannot be read for lack of rights are passed over, as docker does.</summary>
    /// <param name="folders">The folders <c>certs.d</c>.</param>
    /// <param name="host">The host, with its port when it is not the usual one.</param>
    /// <exception cref="PackException"><c>RegistryCertificateInvalid</c>: a file is damaged.</exception>
    public static RegistryCertificates Read(IEnumerable<string> folders, string host)
    {
        var found = new RegistryCertificates();

        // A folder's name has no colon on Windows, where docker leaves it out.
        var name = OperatingSystem.IsWindows() ? host.Replace(":", "", StringComparison.Ordinal) : host;
        foreach (var folder in folders.Select(folder => Path.Combine(folder, name)).Where(Directory.Exists))
        {
            foreach (var file in Files(folder))
            {
                found.Add(file);
            }
        }

        return found;
    }

    /// <inheritdoc cref="ServerTrust.Problem"/>
    public string? Problem(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors) => _trust.Problem(certificate, chain, errors);

    private static string[] Files(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void Add(string file)
    {
        try
        {
            switch (Path.GetExtension(file))
            {
                case ".crt":
                    _trust.Roots.ImportFromPemFile(file);
                    break;
                case ".cert" when Path.ChangeExtension(file, ".key") is var key && File.Exists(key):
                    Client.Add(ServerTrust.ReadClient(file, key));
                    break;
            }
        }
        catch (CryptographicException exception)
        {
            throw new PackException(PackErrorIds.RegistryCertificateInvalid, PackErrorKind.InvalidInput, $"'{file}' is not a certificate with its key in PEM format.", exception)
            {
                Target = file,
                RecommendedAction = "Correct the file or remove it.",
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Certificates of the system may be for others only.
        }
    }
}
