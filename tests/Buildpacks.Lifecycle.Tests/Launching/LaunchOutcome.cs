namespace Buildpacks.Lifecycle.Tests.Launching;

/// <summary>What came of a launch.</summary>
internal sealed record LaunchOutcome(int ExitCode, string Output, string Errors, int ProcessId);
