using Buildpacks.Descriptors;
using Buildpacks.Modules;
using Buildpacks.Oci;

namespace Buildpacks.Builders;

/// <summary>Reads the modules that a builder.toml names.</summary>
/// <param name="configPath">The builder.toml.</param>
/// <param name="sources">Opens the places where they are.</param>
/// <param name="platform">The platform of the builder.</param>
/// <param name="modules">Gets the modules.</param>
internal sealed class BuilderModules(string configPath, ModuleSources sources, OciPlatform platform, ModuleCollection modules)
{
    /// <summary>Reads modules.</summary>
    /// <param name="named">What builder.toml names.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="cancellationToken">Ends the reading; what was read is in the collection.</param>
    /// <exception cref="PackException">
    /// <c>BuildpackNotFound</c>, <c>BuildpackSourceUnsupported</c>; <c>BuildpackMismatch</c>: it is another module than builder.toml says; or
    /// it is not what it should be.
    /// </exception>
    public async Task AddAsync(IReadOnlyList<ModuleSource> named, ModuleKind kind, CancellationToken cancellationToken)
    {
        foreach (var source in named)
        {
            var opened = sources.Open(Locate(source), platform);
            var main = await modules.AddAsync(opened, kind, cancellationToken).ConfigureAwait(false);
            CheckExpected(source, opened.Name, main);
        }
    }

    private ModuleLocator Locate(ModuleSource source)
    {
        if (source.Uri is not { } uri)
        {
            return ModuleLocator.OfImage(source.Image!, source.Image!);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(configPath))!;
        var locator = ModuleLocator.Parse(uri, folder);
        return locator.Kind is not ModuleLocatorKind.Name ? locator : locator.AsImage() ?? throw new PackException(
            PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"{Path.GetFullPath(uri, folder)} does not exist; {configPath} names it as '{uri}'.")
        {
            Target = Path.GetFullPath(uri, folder),
            RecommendedAction = "Check the 'uri'; a relative path is resolved from the folder of builder.toml.",
        };
    }

    private void CheckExpected(ModuleSource source, string place, BuildpackDescriptor actual)
    {
        if ((source.Id is { } id && id != actual.Info.Id) || (source.Version is { } version && version != actual.Info.Version))
        {
            throw new PackException(
                PackErrorIds.BuildpackMismatch, PackErrorKind.InvalidInput,
                $"{place} is {actual.FullName}; {configPath} expects {new OrderEntry { Id = source.Id ?? actual.Info.Id, Version = source.Version }} there.")
            {
                Target = place,
                RecommendedAction = $"Correct the id or the version in {configPath}, or its 'uri'.",
            };
        }
    }
}
