using Xunit;

namespace Buildpacks.Testing;

/// <summary>A test of something that only Linux has: <c>/proc</c>, GNU tools, users made for the test. Skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public LinuxFactAttribute() => Skip = Platform.WithoutLinux;
}

/// <summary>A theory of something that only Linux has. Skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public LinuxTheoryAttribute() => Skip = Platform.WithoutLinux;
}

/// <summary>A test of something that Windows has not: file modes, shell scripts, symbolic links for everyone. Skipped there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public UnixFactAttribute() => Skip = Platform.OnWindows;
}

/// <summary>A theory of something that Windows has not. Skipped there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public UnixTheoryAttribute() => Skip = Platform.OnWindows;
}

/// <summary>Why a test cannot run on this operating system; <see langword="null"/> where it can.</summary>
file static class Platform
{
    public static string? WithoutLinux => OperatingSystem.IsLinux() ? null : "needs Linux";

    public static string? OnWindows => OperatingSystem.IsWindows() ? "needs file modes, a shell or symbolic links, which Windows has not" : null;
}
