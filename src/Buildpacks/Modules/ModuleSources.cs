using Microsoft.Extensions.Logging;

namespace Buildpacks.Modules;

/// <summary>Opens the places that buildpacks and image extensions come from: for a build as for a new builder.</summary>
/// <param name="logger">Is told where modules are read.</param>
internal sealed class ModuleSources(ILogger logger)
{
    /// <summary>Opens a place. Nothing is read yet.</summary>
    /// <param name="locator">Says where it is.</param>
    /// <exception cref="PackException"><c>BuildpackSourceUnsupported</c>: it is a place of another kind.</exception>
    public IModuleSource Open(ModuleLocator locator)
    {
        logger.LogDebug("Reading '{Locator}'.", locator.Text);
        return locator.Kind switch
        {
            ModuleLocatorKind.Path => new PathModules(locator.Value),
            ModuleLocatorKind.Inline => locator.Script!,
            _ => throw Unsupported(locator),
        };
    }

    private static PackException Unsupported(ModuleLocator locator) =>
        new(PackErrorIds.BuildpackSourceUnsupported, PackErrorKind.Unsupported, $"'{locator.Text}' is {Describe(locator.Kind)}, not a folder or a file on this machine.")
        {
            Target = locator.Text,
            RecommendedAction = "Specify a folder, or a .tar, .tgz, .zip or .cnb file.",
        };

    private static string Describe(ModuleLocatorKind kind) => kind switch
    {
        ModuleLocatorKind.Url => "an address",
        ModuleLocatorKind.Image => "an image",
        ModuleLocatorKind.Registry => "a buildpack of a buildpack registry",
        _ => "a buildpack of a builder",
    };
}
