using Buildpacks.Descriptors;
using Buildpacks.Stores.Archives;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Modules;

/// <summary>The buildpacks and image extensions of a builder or a build, each at most once.</summary>
/// <param name="logger">Is told what is odd.</param>
internal sealed class ModuleCollection(ILogger logger) : IAsyncDisposable
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

    /// <summary>Reads the modules of a place and adds them.</summary>
    /// <param name="source">The place.</param>
    /// <param name="kind">What they are.</param>
    /// <param name="cancellationToken">Ends the reading; what was read is in the collection.</param>
    /// <returns>What the main module says of itself.</returns>
    /// <exception cref="PackException">The place is missing, or not what it should be.</exception>
    public async Task<BuildpackDescriptor> AddAsync(IModuleSource source, ModuleKind kind, CancellationToken cancellationToken)
    {
        var read = await source.ReadAsync(kind, cancellationToken).ConfigureAwait(false);
        foreach (var module in read)
        {
            Warn(module.Descriptor);
            await AddAsync(module).ConfigureAwait(false);
        }

        return read[0].Descriptor;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var module in _modules)
        {
            await module.DisposeAsync().ConfigureAwait(false);
        }
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
}
