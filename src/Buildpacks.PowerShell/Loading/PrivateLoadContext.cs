using System.Reflection;
using System.Runtime.Loader;

namespace Buildpacks.Commands.Loading;

/// <summary>
/// Where the core and every third-party assembly of the module load, so that another module's Docker.DotNet, Tomlyn or
/// Microsoft.Extensions.Logging neither replaces ours nor is replaced by it.
/// </summary>
internal sealed class PrivateLoadContext(string folder) : AssemblyLoadContext("Buildpacks")
{
    /// <summary>The assemblies that the cmdlets name. Nothing else of the folder is ever given to the default context.</summary>
    private static readonly string[] Bridge = ["Buildpacks", "Buildpacks.Oci"];

    /// <summary>Answers the default context when it cannot find an assembly.</summary>
    /// <param name="name">What is looked for.</param>
    /// <returns>The assembly; <see langword="null"/> when it is not one that the cmdlets name.</returns>
    public Assembly? ResolveForCmdlets(AssemblyName name) =>
        name.Name is { } simpleName && Bridge.Contains(simpleName, StringComparer.OrdinalIgnoreCase)
            ? LoadFromAssemblyName(name)
            : null;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The objects that scripts see must be the same types on both sides.
        var contracts = typeof(PackException).Assembly;
        if (string.Equals(assemblyName.Name, contracts.GetName().Name, StringComparison.OrdinalIgnoreCase))
        {
            return contracts;
        }

        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
