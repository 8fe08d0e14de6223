using System.Reflection;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Engines;

/// <summary>Runs scripts in a process of their own, in the PowerShell host that the repository builds.</summary>
internal static class ModuleHost
{
    private static readonly string Configuration = typeof(ModuleHost).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Configuration").Value!;

    private static readonly string Host = Path.Combine(SampleFiles.Root, "src", "Buildpacks.Host", "bin", Configuration, "net10.0", "pshost");

    /// <summary>The module's manifest.</summary>
    public static string Module { get; } = Path.Combine(SampleFiles.Root, "Buildpacks.psd1");

    /// <summary>The manifest of a binary module with one cmdlet that does nothing.</summary>
    public static string EmptyModule { get; } =
        Path.Combine(SampleFiles.Root, "tests", "Buildpacks.EmptyModule", "bin", Configuration, "net8.0", "Buildpacks.EmptyModule.psd1");

    /// <summary>Runs a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="variables">Environment variables beside this process's own.</param>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(string script, IReadOnlyDictionary<string, string>? variables = null) =>
        (await ToolRun.RunAsync(Host, ["-Command", script], variables)).Checked();
}
