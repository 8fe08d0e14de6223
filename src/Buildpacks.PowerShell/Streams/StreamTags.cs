namespace Buildpacks.Commands.Streams;

/// <summary>The tags of what the module writes to the information stream.</summary>
internal static class StreamTags
{
    /// <summary>A line of the lifecycle or a buildpack.</summary>
    public const string Lifecycle = "PackLifecycle";

    /// <summary>Beside <see cref="Lifecycle"/>: the line came on standard error.</summary>
    public const string StandardError = "StandardError";

    /// <summary>A message of the module itself.</summary>
    public const string Message = "Pack";

    /// <summary>PowerShell's own tag for what Write-Host writes: shown whatever $InformationPreference says, and redirected by 6&gt;.</summary>
    public const string Host = "PSHOST";
}
