using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Buildpacks.IO;

/// <summary>Judges certificates of servers by the system's roots and by roots of a user's own.</summary>
internal sealed class ServerTrust
{
    /// <summary>The roots beside the system's; none by default.</summary>
    public X509Certificate2Collection Roots { get; } = [];

    /// <summary>Judges the certificate of a server.</summary>
    /// <returns>What is wrong, as the end of a sentence; <see langword="null"/> when nothing is.</returns>
    public string? Problem(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it has no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "its certificate is for another name";
        }

        return Roots.Count > 0 && IsOfRoots(certificate, chain) ? null : "its certificate is not valid: " + Status(chain);
    }

    /// <summary>Reads a client's certificate with its key.</summary>
    /// <param name="certificateFile">The certificate in PEM format.</param>
    /// <param name="keyFile">The key in PEM format, without a password.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file is damaged, or the key is not the certificate's.</exception>
    public static X509Certificate2 ReadClient(string certificateFile, string keyFile)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);

        // Windows signs only with keys that went through its store.
        return OperatingSystem.IsWindows() ? new X509Certificate2(pem.Export(X509ContentType.Pkcs12)) : new X509Certificate2(pem);
    }

    private static string Status(X509Chain? chain) =>
        chain?.ChainStatus is { Length: > 0 } all ? string.Join(", ", all.Select(status => status.Status).Distinct()) : "unknown";

    private bool IsOfRoots(X509Certificate2 certificate, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
            foreach (var purpose in presented.ChainPolicy.ApplicationPolicy)
            {
                chain.ChainPolicy.ApplicationPolicy.Add(purpose);
            }
        }

        return chain.Build(certificate);
    }
}
