using System.Runtime.InteropServices;

namespace Buildpacks.Builds.Records;

/// <summary>The versions of what a log was made with.</summary>
/// <param name="Module">This module.</param>
/// <param name="PowerShell">PowerShell; <see langword="null"/> without one.</param>
public sealed record LogVersions(string Module, string? PowerShell)
{
    /// <summary>.NET.</summary>
    public string DotNet { get; } = RuntimeInformation.FrameworkDescription;

    /// <summary>The operating system.</summary>
    public string Os { get; } = RuntimeInformation.OSDescription;

    /// <summary>The processor.</summary>
    public string Architecture { get; } = RuntimeInformation.OSArchitecture.ToString();
}
