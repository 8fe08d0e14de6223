using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Buildpacks.Commands.Loading;

/// <summary>
/// Runs when the module is imported and removed: makes the core reachable for the cmdlets while some runspace has the module.
/// </summary>
/// <remarks>
/// PowerShell looks through the public types of this assembly before it calls <see cref="OnImport"/>, so no public type here may
/// derive from, or implement, a type of the core.
/// </remarks>
public sealed class ModuleImport : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly object Gate = new();
    private static readonly PrivateLoadContext Context = new(
        Path.Combine(Path.GetDirectoryName(typeof(ModuleImport).Assembly.Location)!, "private"));

    // An assembly can be loaded once in a process, however many runspaces import the module: so one count, for all of them.
    private static int _imports;

    /// <summary>Called by PowerShell once for each import.</summary>
    public void OnImport()
    {
        lock (Gate)
        {
            if (_imports++ == 0)
            {
                AssemblyLoadContext.Default.Resolving += Resolve;
            }
        }
    }

    /// <summary>Called by PowerShell once for each removal.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        SessionEngine.Forget();
        lock (Gate)
        {
            if (--_imports == 0)
            {
                AssemblyLoadContext.Default.Resolving -= Resolve;
            }
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) => Context.ResolveForCmdlets(name);
}
