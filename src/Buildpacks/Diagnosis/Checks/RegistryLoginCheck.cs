using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>
/// A registry lets the user in with the login that a publish would use. For the name of an image, the rights to pull and to push are
/// tried, too. Nothing is left in the registry.
/// </summary>
/// <param name="name">The registry, a part of one such as <c>example.org/team</c>, or an image with its tag.</param>
/// <param name="registries">How registries are reached.</param>
internal sealed class RegistryLoginCheck(string name, Func<RegistryOptions> registries) : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.RegistryLogin;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        // The port of a registry comes before the first slash, the tag of an image after the last one.
        var isImage = name.LastIndexOf('/') is var slash and > 0 && name.IndexOfAny([':', '@'], slash) > 0;
        if (!ImageReference.TryParse(isImage ? name : name.TrimEnd('/') + "/login", out var image, out _) || !name.StartsWith(image.Registry, StringComparison.Ordinal))
        {
            return Finding.Failed($"'{name}' is not the name of a registry.", "Write a host with an optional port: example.org, localhost:5000.");
        }

        var options = registries();
        var credential = await options.Credentials.FindAsync(image, cancellationToken).ConfigureAwait(false);

        // A credential helper is a process: the client does not start it a second time.
        using var client = new RegistryClient(options with
        {
            Credentials = credential is null ? new CredentialChain([]) : KnownCredentials.For(image.Registry, credential),
        });
        try
        {
            return isImage
                ? await TryRightsAsync(client, image, credential, cancellationToken).ConfigureAwait(false)
                : await TryLoginAsync(client, image, credential, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure)
        {
            return Refused(failure, image, credential);
        }
    }

    private static async Task<Finding> TryLoginAsync(RegistryClient client, ImageReference image, RegistryCredential? credential, CancellationToken cancellationToken) =>
        (await client.TryLoginAsync(image, cancellationToken).ConfigureAwait(false), credential) switch
        {
            (false, _) => Finding.Passed($"{image.Registry} answers without a login."),
            (_, null) => Missing(image),
            _ => Finding.Passed($"{image.Registry} accepts {Login(credential)}."),
        };

    private static async Task<Finding> TryRightsAsync(RegistryClient client, ImageReference image, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var with = credential is null ? "without a login" : $"with {Login(credential)}";
        await client.TryRightsAsync(image, push: false, cancellationToken).ConfigureAwait(false);
        try
        {
            await client.TryRightsAsync(image, push: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.Kind == PackErrorKind.Unauthorized)
        {
            return Finding.Warning(
                $"{image.Registry} allows to pull {image.Repository} {with}, but not to push it.",
                credential is null ? LogIn("Log in", image) : $"To publish the image, ask the owner of {image.Repository} for the permission to push.");
        }

        return Finding.Passed($"{image.Registry} allows to pull and push {image.Repository} {with}.");
    }

    private static Finding Refused(PackException failure, ImageReference image, RegistryCredential? credential) => failure.ErrorId switch
    {
        PackErrorIds.RegistryLoginMissing => Missing(image),
        PackErrorIds.RegistryLoginRefused => Finding.Failed($"{image.Registry} does not accept {Login(credential)}.", LogIn("Log in again", image)),
        PackErrorIds.RegistryTokenExpired => Finding.Failed(
            $"{image.Registry} does not accept {Login(credential)}: the token has expired or is not valid.", LogIn("Log in again", image)),
        _ => Finding.Failed(failure),
    };

    private static Finding Missing(ImageReference image) =>
        Finding.Failed($"{image.Registry} requires a login, and no login for it is saved.", LogIn("Log in", image));

    private static string Login(RegistryCredential? credential) => credential switch
    {
        null => "an anonymous user",
        { IsPassword: true, Username: { Length: > 0 } user } => $"the login of {user}",
        _ => "the saved token",
    };

    private static string LogIn(string what, ImageReference image) => $"{what} with 'podman login {image.Registry}' or 'docker login {image.Registry}'.";
}
