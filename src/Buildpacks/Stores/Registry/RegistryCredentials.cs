using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// Finds who the user is at a registry, where docker and podman keep it. podman finds that by itself; docker's daemon has to be told.
/// </summary>
/// <param name="files">The files to look in, the most wanted first.</param>
internal sealed class RegistryCredentials(IReadOnlyList<string> files)
{
    private const string DockerHubKey = "https://index.docker.io/v1/";

    /// <summary>docker's file, then podman's.</summary>
    public static RegistryCredentials OfUser()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        var docker = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(home, ".docker");
        string?[] podman =
        [
            Environment.GetEnvironmentVariable("REGISTRY_AUTH_FILE"),
            Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? Path.Combine(runtime, "containers", "auth.json")
                : OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? "/run/containers/0/auth.json"
                : null,
            Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } settings ? settings : Path.Combine(home, ".config"), "containers", "auth.json"),
        ];
        return new RegistryCredentials([Path.Combine(docker, "config.json"), .. podman.OfType<string>().Where(path => path.Length > 0)]);
    }

    /// <summary>User and password for the registry of an image. Tokens, which engines do not take, are passed over.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The credential; <see langword="null"/> for none.</returns>
    public Task<RegistryCredential?> FindAsync(ImageReference image, CancellationToken cancellationToken) => FindAsync(image, withTokens: false, cancellationToken);

    /// <summary>The credential for the registry of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="withTokens">Whether identity tokens and registry tokens are wanted, too.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The credential; <see langword="null"/> for none.</returns>
    public async Task<RegistryCredential?> FindAsync(ImageReference image, bool withTokens, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        var keys = Keys(image);
        foreach (var file in files.Select(CredentialFile.Read).OfType<CredentialFile>())
        {
            if (file.Helper(keys) is var (helper, key)
                && await CredentialHelper.GetAsync(helper, key, withTokens, cancellationToken).ConfigureAwait(false) is { } kept)
            {
                return kept;
            }

            if (file.Find(keys, withTokens) is { } written)
            {
                return written;
            }
        }

        return null;
    }

    /// <summary>The files that are there and cannot be read.</summary>
    public IReadOnlyList<string> Unreadable() => [.. files.Where(file => new FileInfo(file) is { Exists: true, Length: > 0 } && CredentialFile.Read(file) is null)];

    /// <summary>The registries, or parts of registries, that logins are kept for. A program that keeps logins is not asked for more.</summary>
    public IReadOnlyList<string> List() =>
    [
        .. files.Select(CredentialFile.Read).OfType<CredentialFile>().SelectMany(file => file.Names())
            .Select(name => name == DockerHubKey ? ImageReference.DefaultRegistry : name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>The names that a registry has in the files. podman also knows logins for a part of a registry: the longest fits best.</summary>
    private static List<string> Keys(ImageReference image)
    {
        var keys = new List<string>();
        for (var name = image.Name; name.Contains('/', StringComparison.Ordinal); name = name[..name.LastIndexOf('/')])
        {
            keys.Add(name);
        }

        keys.Add(image.Registry);
        keys.Add("https://" + image.Registry);
        keys.Add($"https://{image.Registry}/v1/");
        if (image.Registry == ImageReference.DefaultRegistry)
        {
            keys.Insert(0, DockerHubKey);
            keys.Add("index.docker.io");
        }
        else
        {
            // A helper is asked for the registry as a whole.
            keys.Remove(image.Registry);
            keys.Insert(0, image.Registry);
        }

        return keys;
    }
}
