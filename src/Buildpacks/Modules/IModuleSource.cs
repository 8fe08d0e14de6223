using Buildpacks.Descriptors;

namespace Buildpacks.Modules;

/// <summary>A place that buildpacks or image extensions are read from.</summary>
internal interface IModuleSource
{
    /// <summary>Where it is, as messages name it.</summary>
    string Name { get; }

    /// <summary>Reads the modules.</summary>
    /// <param name="kind">What they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The modules, the main one first. The caller disposes them.</returns>
    /// <exception cref="PackException">There is nothing of the kind, or it is not what it should be.</exception>
    Task<IReadOnlyList<BuilderModule>> ReadAsync(ModuleKind kind, CancellationToken cancellationToken);
}
