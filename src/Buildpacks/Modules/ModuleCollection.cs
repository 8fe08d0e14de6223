using Buildpacks.Descriptors;
using Buildpacks.Stores.Archives;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Modules;

/// <summary>The buildpacks and image extensions of a builder, each at most once.</summary>
/// <param name="logger">Is told what is odd.</param>
internal sealed class ModuleCollection(ILogger logger)
{
    private readonly List<BuilderModule> _modules = [];

    /// <summary>The modules, in the order they were added.</summary>
    public IReadOnlyList<BuilderModule> Modules => _modules;

    /// <summary>Their layers by kind, id and version: another order of the same modules in builder.toml makes no other layers.</summary>
    public IEnumerable<LayerFile> Layers => _modules
        .OrderBy(module => module.Descriptor.Kind)
        .ThenBy(module => module.Descriptor.Info.Id, StringComparer.Ordinal)
        .ThenBy(module => module.Descriptor.Info.Version, StringComparer.Ordinal)
        .Select(module => module.Layer);

    /// <summary>Reads modules and adds them.</summary>
    /// <param name="sources">Where they are.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="configPath">The builder.toml that names them.</param>
    /// <param name="cancellationToken">Ends the reading; what was read is in the collection.</param>
    /// <exception cref="PackException">A source is missing, or not what it should be.</exception>
    public async Task AddAsync(
        IReadOnlyList<ModuleSource> sources, ModuleKind kind, string configPath, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            var path = ModuleLocator.Find(source, configPath);
            var read = await ReadAsync(path, kind, cancellationToken).ConfigureAwait(false);
            foreach (var module in read)
            {
                Warn(module.Descriptor);
                await AddAsync(module).ConfigureAwait(false);
            }

            CheckExpected(source, path, read[0].Descriptor, configPath);
        }
    }

    private static async Task<IReadOnlyList<BuilderModule>> ReadAsync(string path, ModuleKind kind, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return [await ModuleReader.ReadAsync(new FolderContent(path), kind, cancellationToken).ConfigureAwait(false)];
        }

        var archive = ArchiveContent.OfFile(path, PackErrorIds.BuildpackArchiveInvalid);
        return await PackageFile.IsPackageAsync(archive, cancellationToken).ConfigureAwait(false)
            ? await new PackageFile(archive).ReadAsync(kind, cancellationToken).ConfigureAwait(false)
            : [await ModuleReader.ReadAsync(archive, kind, cancellationToken).ConfigureAwait(false)];
    }

    private async Task AddAsync(BuilderModule module)
    {
        var index = _modules.FindIndex(other =>
            other.Descriptor.Kind == module.Descriptor.Kind && other.Descriptor.FullName == module.Descriptor.FullName);
        if (index < 0)
        {
            _modules.Add(module);
            return;
        }

        if (_modules[index].Layer.DiffId != module.Layer.DiffId)
        {
            logger.LogWarning("{Buildpack} occurs twice with different content; the later one is used.", module.Descriptor.FullName);
        }

        var former = _modules[index];
        _modules[index] = module;
        await former.DisposeAsync().ConfigureAwait(false);
    }

    private void Warn(BuildpackDescriptor descriptor)
    {
        foreach (var warning in descriptor.Warnings)
        {
            logger.LogWarning("{Warning}", warning);
        }
    }

    private static void CheckExpected(ModuleSource source, string path, BuildpackDescriptor actual, string configPath)
    {
        if ((source.Id is { } id && id != actual.Info.Id) || (source.Version is { } version && version != actual.Info.Version))
        {
            throw new PackException(
                PackErrorIds.BuildpackMismatch, PackErrorKind.InvalidInput,
                $"{path} is {actual.FullName}; {configPath} expects {new OrderEntry { Id = source.Id ?? actual.Info.Id, Version = source.Version }} there.")
            {
                Target = path,
            };
        }
    }
}
