using System.Text;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>How a run of podman ended.</summary>
/// <param name="Command">The run.</param>
/// <param name="ExitCode">podman's exit code.</param>
/// <param name="Output">What it wrote on standard output.</param>
/// <param name="Errors">The end of what it wrote on standard error.</param>
internal sealed record PodmanResult(PodmanCommand Command, int ExitCode, ReadOnlyMemory<byte> Output, string Errors)
{
    /// <summary>Standard output as text.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);

    /// <summary>The lines of standard output that are not empty.</summary>
    public IEnumerable<string> Lines => Text.Split(
        '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The failure, for a run that did not end with 0.</summary>
    public PackException ToException() => PodmanErrors.Create(Command, ExitCode, Errors);
}
