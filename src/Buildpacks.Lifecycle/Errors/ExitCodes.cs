namespace Buildpacks.Lifecycle.Errors;

/// <summary>The exit codes of the platform specification, and of the reference lifecycle where the specification gives a range.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>A failure that belongs to no phase.</summary>
    public const int Failed = 1;

    /// <summary>A flag that is not taken, or that has no valid value.</summary>
    public const int InvalidFlags = 2;

    /// <summary>Arguments, flags or variables that make no sense.</summary>
    public const int InvalidArguments = 3;

    /// <summary>The platform speaks an API that this lifecycle does not.</summary>
    public const int IncompatiblePlatformApi = 11;

    /// <summary>A buildpack speaks an API that this lifecycle does not.</summary>
    public const int IncompatibleBuildpackApi = 12;

    /// <summary>No group passed detection; no buildpack errored.</summary>
    public const int NoGroupDetected = 20;

    /// <summary>No group passed detection, and at least one buildpack errored.</summary>
    public const int NoGroupDetectedWithErrors = 21;

    /// <summary>Detection failed for another reason.</summary>
    public const int DetectFailed = 22;

    /// <summary>Analysis failed.</summary>
    public const int AnalyzeFailed = 32;

    /// <summary>Restoring failed.</summary>
    public const int RestoreFailed = 42;

    /// <summary>A buildpack's <c>bin/build</c> failed.</summary>
    public const int BuildpackFailed = 51;

    /// <summary>The build phase failed for another reason.</summary>
    public const int BuildFailed = 52;

    /// <summary>Exporting failed.</summary>
    public const int ExportFailed = 62;

    /// <summary>An image extension's <c>bin/generate</c> failed.</summary>
    public const int ExtensionFailed = 91;

    /// <summary>Generating Dockerfiles failed for another reason.</summary>
    public const int GenerateFailed = 92;

    /// <summary>The launcher failed before the process started.</summary>
    public const int LaunchFailed = 82;
}
