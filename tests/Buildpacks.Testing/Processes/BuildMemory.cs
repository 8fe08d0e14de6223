using System.Globalization;

namespace Buildpacks.Testing.Processes;

/// <summary>The memory of a process that imports the module and builds.</summary>
/// <param name="BytesSent">What the build sent to the engine, in bytes.</param>
/// <param name="Idle">What the process had before the build, in megabytes.</param>
/// <param name="Peak">The most that it ever had, in megabytes.</param>
public sealed record BuildMemory(long BytesSent, long Idle, long Peak)
{
    /// <summary>A script that builds and writes down the memory of its process.</summary>
    /// <param name="module">The module's manifest.</param>
    /// <param name="kind">The engine.</param>
    /// <param name="arguments">The arguments of Invoke-PackBuild but for the engine.</param>
    public static string Script(string module, PackEngineKind kind, string arguments) => $$"""
        function Get-Status([string] $Name) {
            foreach ($line in [IO.File]::ReadAllLines('/proc/self/status')) { if ($line.StartsWith("$Name`:")) { [int] ($line -replace '\D') } }
        }
        Import-Module '{{module}}'
        $null = Get-PackEngine -Engine {{kind}}
        $idle = Get-Status VmRSS
        $build = Invoke-PackBuild {{arguments}} -Engine {{kind}} 6>$null
        "$($build.BytesSent) $idle $(Get-Status VmHWM)"
        """;

    /// <summary>Reads what the script wrote.</summary>
    public static BuildMemory Read(string output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var numbers = output.Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new BuildMemory(numbers[0], numbers[1] >> 10, numbers[2] >> 10);
    }
}
