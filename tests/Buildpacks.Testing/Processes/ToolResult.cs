namespace Buildpacks.Testing.Processes;

/// <summary>What a tool did.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output, when the tool succeeded.</summary>
    /// <exception cref="InvalidOperationException">The tool failed.</exception>
    public string Checked() =>
        ExitCode == 0 ? Output : throw new InvalidOperationException($"exit code {ExitCode}: {Error}{Output}");
}
