using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Variables;

/// <summary>What the app image will run on, and the variables that tell buildpacks.</summary>
internal static class TargetVariables
{
    /// <summary>The run image's target; what the analyzer did not learn comes from this machine and its /etc/os-release.</summary>
    /// <param name="analyzed">What the analyzer found.</param>
    /// <param name="log">Is told when the distribution is read from this machine.</param>
    /// <param name="osRelease">The file that names this machine's distribution.</param>
    public static TargetMetadata Resolve(AnalyzedMetadata? analyzed, ILifecycleLog log, string osRelease = "/etc/os-release")
    {
        var target = analyzed?.RunImage?.Target ?? new TargetMetadata();
        if (target.Os.Length == 0)
        {
            target = target with { Os = "linux" };
        }

        if (target.Architecture.Length == 0)
        {
            target = target with { Architecture = Architecture() };
        }

        if (target.DistroName is null)
        {
            log.Info("target distro name/version labels not found, reading /etc/os-release file");
        }

        return target.DistroName is null && OsRelease.Read(osRelease) is { } distro
            ? target with { DistroName = distro.Id, DistroVersion = distro.Version }
            : target;
    }

    /// <summary>Sets the variables; what is not known is not set.</summary>
    public static void Set(IDictionary<string, string> variables, TargetMetadata target)
    {
        SetIfKnown("CNB_TARGET_OS", target.Os);
        SetIfKnown("CNB_TARGET_ARCH", target.Architecture);
        SetIfKnown("CNB_TARGET_ARCH_VARIANT", target.Variant);
        SetIfKnown("CNB_TARGET_DISTRO_NAME", target.DistroName);
        SetIfKnown("CNB_TARGET_DISTRO_VERSION", target.DistroVersion);

        void SetIfKnown(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                variables[name] = value;
            }
        }
    }

    private static string Architecture() => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        var other => other.ToString().ToLowerInvariant(),
    };
}
