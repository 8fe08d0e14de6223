using Buildpacks.Reporting;

namespace Buildpacks.Configuration;

/// <summary>Passwords in addresses of the configuration. pack's file may have them; they are not shown.</summary>
public static class ConfigPasswords
{
    /// <summary>The configuration, to be shown: with <c>***</c> for passwords.</summary>
    public static PackConfig Hide(PackConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with
        {
            RegistryMirrors = [.. config.RegistryMirrors.Select(mirror => mirror with { Mirror = Hide(mirror.Mirror) })],
            Registries = [.. config.Registries.Select(registry => registry with { Url = UrlMask.HidePassword(registry.Url) })],
            EngineEndpoint = config.EngineEndpoint is { } endpoint ? UrlMask.HidePassword(endpoint) : null,
            Settings =
            [
                .. config.Settings.Select(setting => setting with
                {
                    Value = setting.Name == nameof(PackConfig.RegistryMirrors)
                        ? string.Join(", ", config.RegistryMirrors.Select(mirror => mirror with { Mirror = Hide(mirror.Mirror) }))
                        : UrlMask.HidePassword(setting.Value),
                }),
            ],
        };
    }

    /// <summary>A text with <c>***</c> for the password of an address, also of one without a scheme.</summary>
    internal static string Hide(string text)
    {
        const string scheme = "://";
        return text.Contains(scheme, StringComparison.Ordinal) ? UrlMask.HidePassword(text) : UrlMask.HidePassword(scheme + text)[scheme.Length..];
    }
}
