using System.Text;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Stores.Registry;

/// <summary>A file in which docker or podman keeps who its user is at registries.</summary>
internal sealed class CredentialFile
{
    private const long MaximumSize = 4 * 1024 * 1024;

    private readonly JsonElement _root;

    private CredentialFile(JsonElement root) => _root = root;

    /// <summary>Reads a file.</summary>
    /// <returns>The file; <see langword="null"/> when there is none, or none that can be read.</returns>
    public static CredentialFile? Read(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= MaximumSize })
            {
                return null;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object ? new CredentialFile(document.RootElement.Clone()) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The program that knows the credential of a registry.</summary>
    /// <param name="keys">The registry's names, the best first.</param>
    /// <returns>The name after <c>docker-credential-</c>, and the registry's name to ask for; <see langword="null"/> for none.</returns>
    public (string Helper, string Key)? Helper(IReadOnlyList<string> keys)
    {
        var helpers = _root.Member("credHelpers");
        foreach (var key in keys)
        {
            if (helpers.Member(key).Text() is { } helper)
            {
                return (helper, key);
            }
        }

        return _root.Member("credsStore").Text() is { } store ? (store, keys[0]) : null;
    }

    /// <summary>The credential that the file itself has.</summary>
    /// <param name="keys">The registry's names, the best first.</param>
    /// <param name="withTokens">Whether tokens are wanted, too, and not only user and password.</param>
    /// <returns>The credential; <see langword="null"/> for none.</returns>
    public RegistryCredential? Find(IReadOnlyList<string> keys, bool withTokens = false)
    {
        var auths = _root.Member("auths");
        return keys.Select(key => Decode(auths.Member(key), withTokens)).FirstOrDefault(credential => credential is not null);
    }

    /// <summary>The registries that the file names, as it spells them.</summary>
    public IEnumerable<string> Names() =>
        new[] { _root.Member("auths"), _root.Member("credHelpers") }
            .SelectMany(section => section.Members().Select(entry => entry.Name));

    private static RegistryCredential? Decode(JsonElement? entry, bool withTokens)
    {
        if (withTokens && (entry.Member("identitytoken").Text(), entry.Member("registrytoken").Text()) is var (identity, token) && (identity ?? token) is not null)
        {
            return new RegistryCredential("", "") { IdentityToken = identity, RegistryToken = token };
        }

        if (entry.Member("username").Text() is { } user && entry.Member("password").Text() is { } password)
        {
            return new RegistryCredential(user, password);
        }

        var text = entry.Member("auth").Text() ?? "";
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is [{ Length: > 0 } name, { } secret]
                ? new RegistryCredential(name, secret.TrimEnd('\0'))
                : null;
    }
}
