using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Buildpacks.Configuration;
using Buildpacks.IO;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>
/// How TLS is spoken with a docker engine: the files <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> of a folder, each of which may be absent.
/// </summary>
/// <param name="Folder">The folder of the files.</param>
/// <param name="Verify">Whether the engine's certificate is checked.</param>
internal sealed record DockerTls(string Folder, bool Verify)
{
    /// <summary>
    /// TLS as the environment asks for it: DOCKER_TLS_VERIFY checks the engine's certificate, DOCKER_TLS does not, and DOCKER_CERT_PATH has
    /// the files, or else the user's docker folder.
    /// </summary>
    /// <returns><see langword="null"/> when TLS is not asked for.</returns>
    public static DockerTls? Of(EngineEnvironment environment) =>
        environment.Get("DOCKER_TLS_VERIFY") is not null ? InFolderOf(environment, verify: true)
        : environment.Get("DOCKER_TLS") is not null ? InFolderOf(environment, verify: false)
        : null;

    /// <summary>TLS with the files of DOCKER_CERT_PATH, or of the user's docker folder.</summary>
    public static DockerTls InFolderOf(EngineEnvironment environment, bool verify) =>
        new(environment.Get("DOCKER_CERT_PATH") ?? DockerContexts.Folder(environment), verify);

    /// <summary>Reads the files.</summary>
    /// <exception cref="PackException"><c>DockerTlsInvalid</c>: a file is damaged or cannot be read, or a key is missing.</exception>
    public (ServerTrust Trust, X509Certificate2? Client) Read()
    {
        var trust = new ServerTrust();
        var authority = Path.Combine(Folder, "ca.pem");
        if (File.Exists(authority))
        {
            Try(authority, () => trust.Roots.ImportFromPemFile(authority));
            if (trust.Roots.Count == 0)
            {
                throw Invalid(authority, "it contains no certificate");
            }
        }

        var (certificate, key) = (Path.Combine(Folder, "cert.pem"), Path.Combine(Folder, "key.pem"));
        if (!File.Exists(certificate))
        {
            return (trust, null);
        }

        X509Certificate2? client = null;
        Try(certificate, () => client = File.Exists(key) ? ServerTrust.ReadClient(certificate, key) : throw Invalid(key, "the file does not exist"));
        return (trust, client);
    }

    private static void Try(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(file, exception is CryptographicException ? "it is damaged, or its key belongs to another certificate or has a password" : exception.Message, exception);
        }
    }

    private static PackException Invalid(string file, string problem, Exception? cause = null) =>
        new(PackErrorIds.DockerTlsInvalid, PackErrorKind.InvalidInput, $"'{file}' cannot be used for TLS with docker: {problem}", cause)
        {
            Target = file,
            RecommendedAction = "Correct the file, set DOCKER_CERT_PATH to a folder with ca.pem, cert.pem and key.pem, or create the docker context again.",
        };
}
