using System.Collections;
using Buildpacks.Configuration;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the entries that the configuration has.</summary>
public sealed class ConfigEntryCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters)
    {
        PackConfig config;
        try
        {
            config = ConfigPasswords.Hide(PackConfigFile.OfUser().Read());
        }
        catch (PackException)
        {
            // Nobody wants an error message in the middle of a line that is being typed.
            return [];
        }

        return parameterName switch
        {
            nameof(SetPackConfigCommand.RemoveRunImageMirror) => config.RunImageMirrors.GroupBy(mirror => mirror.Image).Select(image => (image.Key, string.Join(", ", image.Select(mirror => mirror.Mirror)))),
            nameof(SetPackConfigCommand.RemoveRegistryMirror) => config.RegistryMirrors.Select(mirror => (mirror.Registry, mirror.Mirror)),
            nameof(SetPackConfigCommand.RemoveTrustedBuilder) => config.TrustedBuilders.Select(Plain),
            nameof(SetPackConfigCommand.RemoveRegistry) => config.Registries.Select(registry => (registry.Name, registry.Url)),
            _ => config.Registries.Select(registry => (registry.Name, registry.Url)).Prepend(("official", "the registry of Cloud Native Buildpacks")),
        };
    }
}
