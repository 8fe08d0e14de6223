using System.Reflection;
using System.Reflection.Emit;

namespace Buildpacks.Commands.Tests.Modules;

/// <summary>An assembly under another's name: what another module may have loaded before ours.</summary>
internal static class ImpostorAssembly
{
    /// <summary>Writes an assembly that holds nothing but a name and a version.</summary>
    /// <returns>Its path.</returns>
    public static string Write(string folder, string name, Version version)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType("Impostor", TypeAttributes.Public).CreateType();
        var path = Path.Combine(folder, name + ".dll");
        assembly.Save(path);
        return path;
    }
}
