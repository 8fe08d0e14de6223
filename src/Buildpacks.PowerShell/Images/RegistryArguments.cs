using System.Management.Automation;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Commands;

/// <summary>Makes what the core wants to know of registries out of the parameters that cmdlets share.</summary>
internal static class RegistryArguments
{
    /// <summary>The access that the parameters say.</summary>
    /// <param name="credential">-Credential.</param>
    /// <param name="insecure">-InsecureRegistry.</param>
    public static RegistryAccess Access(PSCredential? credential, string[] insecure) => new()
    {
        Credential = credential is null ? null : new RegistryCredential(credential.UserName, credential.GetNetworkCredential().Password),
        InsecureRegistries = insecure,
    };

    /// <summary>The platforms that a parameter says.</summary>
    /// <exception cref="PackException"><c>PlatformInvalid</c>.</exception>
    public static IReadOnlyList<OciPlatform> Platforms(IEnumerable<string> texts) =>
    [
        .. texts.Select(text => OciPlatform.Find(text) ?? throw new PackException(PackErrorIds.PlatformInvalid, PackErrorKind.InvalidInput, $"'{text}' is not a platform.")
        {
            Target = text,
            RecommendedAction = "Write operating system and architecture, such as linux/arm64 or linux/arm/v7.",
        }),
    ];

    /// <summary>Refuses parameters of registries without -Registry.</summary>
    /// <param name="bound">The parameters that were typed.</param>
    /// <param name="registry">Whether -Registry was.</param>
    public static PackException? Misplaced(IEnumerable<string> bound, bool registry) =>
        !registry && bound.FirstOrDefault(name => name is "Credential" or "InsecureRegistry") is { } parameter
            ? new PackException(PackErrorIds.RegistryMissing, PackErrorKind.InvalidInput, $"-{parameter} is for images in registries.")
            {
                RecommendedAction = "Add -Registry, or write the names as registry:NAME.",
            }
            : null;
}
