using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>Knows the credentials of registries.</summary>
internal interface ICredentialProvider
{
    /// <summary>The credential for an image.</summary>
    /// <param name="image">The image; its registry decides, and for podman's files the beginning of its repository, too.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The credential; <see langword="null"/> for none.</returns>
    ValueTask<RegistryCredential?> FindAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>Files in which there may be credentials, and which cannot be read.</summary>
    IReadOnlyList<string> Unreadable => [];
}

/// <summary>Asks several providers; the first that knows a credential decides.</summary>
/// <param name="providers">The providers.</param>
internal sealed class CredentialChain(IReadOnlyList<ICredentialProvider> providers) : ICredentialProvider
{
    /// <summary>The environment variable CNB_REGISTRY_AUTH, then the files of docker and podman.</summary>
    /// <exception cref="PackException"><c>RegistryAuthInvalid</c>.</exception>
    public static CredentialChain OfUser(EngineEnvironment environment) => new(
    [
        KnownCredentials.OfEnvironment(environment.Get(KnownCredentials.Variable)),
        new FileCredentials(RegistryCredentials.OfUser()),
    ]);

    /// <summary>The same providers after another one.</summary>
    public CredentialChain After(ICredentialProvider first) => new([first, .. providers]);

    /// <inheritdoc/>
    public IReadOnlyList<string> Unreadable => [.. providers.SelectMany(provider => provider.Unreadable)];

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> FindAsync(ImageReference image, CancellationToken cancellationToken)
    {
        foreach (var provider in providers)
        {
            if (await provider.FindAsync(image, cancellationToken).ConfigureAwait(false) is { } credential)
            {
                return credential;
            }
        }

        return null;
    }
}

/// <summary>The files in which docker and podman keep credentials, and their credential helpers.</summary>
/// <param name="files">The files.</param>
internal sealed class FileCredentials(RegistryCredentials files) : ICredentialProvider
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Unreadable => files.Unreadable();

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> FindAsync(ImageReference image, CancellationToken cancellationToken) =>
        await files.FindAsync(image, withTokens: true, cancellationToken).ConfigureAwait(false);
}

/// <summary>Credentials that were given, each for one registry.</summary>
/// <param name="credentials">The credentials by registry, as image names begin.</param>
internal sealed class KnownCredentials(IReadOnlyDictionary<string, RegistryCredential> credentials) : ICredentialProvider
{
    /// <summary>The environment variable that CI systems set for the lifecycle: a JSON object, registry to value of the header Authorization.</summary>
    public const string Variable = "CNB_REGISTRY_AUTH";

    /// <summary>A user and password for one registry.</summary>
    public static KnownCredentials For(string registry, RegistryCredential credential) =>
        new(new Dictionary<string, RegistryCredential> { [Normalize(registry)] = credential });

    /// <summary>Reads the value of <see cref="Variable"/>.</summary>
    /// <param name="json">The value; <see langword="null"/> when it is not set.</param>
    /// <exception cref="PackException"><c>RegistryAuthInvalid</c>; the message has no part of the value.</exception>
    public static KnownCredentials OfEnvironment(string? json)
    {
        var found = new Dictionary<string, RegistryCredential>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(json))
        {
            return new KnownCredentials(found);
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Invalid("it is not a JSON object");
            }

            foreach (var entry in document.RootElement.EnumerateObject())
            {
                found[Normalize(entry.Name)] = Read(((JsonElement?)entry.Value).Text())
                    ?? throw Invalid($"the value for '{StoreErrors.Quote(entry.Name)}' is not 'Basic …', 'Bearer …' or 'X-Identity …'");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The cause would quote the value.
            throw Invalid("it is not a JSON object");
        }

        return new KnownCredentials(found);
    }

    /// <inheritdoc/>
    public ValueTask<RegistryCredential?> FindAsync(ImageReference image, CancellationToken cancellationToken) =>
        ValueTask.FromResult(credentials.GetValueOrDefault(image.Registry));

    private static RegistryCredential? Read(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value.Parameter is not { Length: > 0 } parameter)
        {
            return null;
        }

        switch (value.Scheme.ToUpperInvariant())
        {
            case "BASIC":
                var buffer = new byte[parameter.Length];
                return Convert.TryFromBase64String(parameter, buffer, out var length)
                    && Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is [{ Length: > 0 } user, { } password]
                        ? new RegistryCredential(user, password)
                        : null;
            case "BEARER":
                return new RegistryCredential("", "") { RegistryToken = parameter };
            case "X-IDENTITY":
                return new RegistryCredential("", "") { IdentityToken = parameter };
            default:
                return null;
        }
    }

    /// <summary>The registry's name as image names begin: without scheme and path, and with one spelling of Docker Hub.</summary>
    private static string Normalize(string registry)
    {
        var name = registry;
        if (name.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
        {
            name = name[(scheme + 3)..];
        }

        name = name.Split('/')[0];
        return name is "index.docker.io" or "registry-1.docker.io" ? ImageReference.DefaultRegistry : name;
    }

    private static PackException Invalid(string problem) =>
        new(PackErrorIds.RegistryAuthInvalid, PackErrorKind.InvalidInput, $"The environment variable {Variable} cannot be used: {problem}.")
        {
            Target = Variable,
            RecommendedAction = """Set it to a JSON object such as {"registry.example.com": "Basic BASE64-OF-USER:PASSWORD"}, or remove it.""",
        };
}
