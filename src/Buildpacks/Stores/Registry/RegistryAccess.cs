using System.Runtime.InteropServices;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Registry;

/// <summary>What a command says of the registries that it uses. The user's files and variables say the rest.</summary>
public sealed record RegistryAccess
{
    /// <summary>The credential for the registries of the images that the command names; <see langword="null"/> for those that the user has stored.</summary>
    public RegistryCredential? Credential { get; init; }

    /// <summary>Registries that may speak plain HTTP, and whose certificate is not checked.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Images for this machine's architecture, out of an index.</summary>
    internal static OciPlatform DefaultPlatform { get; } = new(
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.Arm64 => "arm64",
            Architecture.Arm => "arm",
            Architecture.S390x => "s390x",
            Architecture.Ppc64le => "ppc64le",
            _ => "amd64",
        },
        "linux");

    /// <summary>Makes a client.</summary>
    /// <param name="images">The images that the command names: their registries get the credential.</param>
    /// <param name="loggers">Make the logger that gets a line for each request.</param>
    internal RegistryClient Connect(IEnumerable<string> images, ILoggerFactory loggers)
    {
        var registries = images.Select(image => ImageReference.Find(image)?.Registry).OfType<string>();
        var environment = EngineEnvironment.Current();
        var options = RegistryOptions.OfUser(environment) with { Logger = loggers.CreateLogger("Buildpacks.Registries") };
        return new RegistryClient(options with
        {
            Locations = options.Locations.WithInsecure(InsecureRegistries),
            Credentials = Credential is null
                ? options.Credentials
                : CredentialChain.OfUser(environment).After(new KnownCredentials(registries.Distinct().ToDictionary(registry => registry, _ => Credential))),
        });
    }
}
