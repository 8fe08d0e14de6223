using System.Text;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>One run of podman: what it is for and what it is given.</summary>
/// <param name="Operation">A name of <see cref="EngineOperation"/>.</param>
/// <param name="Arguments">The arguments after the global ones; they may be shown to anyone.</param>
internal sealed record PodmanCommand(string Operation, params IReadOnlyList<string> Arguments)
{
    /// <summary>What the command is about, for errors.</summary>
    public string? Target { get; init; }

    /// <summary>Variables of this run only; values may be secret.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether podman waits for something that takes its own time, so that no limit is put to it.</summary>
    public bool Waits { get; init; }

    /// <summary>Whether podman writes temporary files while it runs, which it leaves behind when it is killed.</summary>
    public bool Spools { get; init; }

    /// <summary>Whether podman runs commands of its own, those of a Dockerfile, which go on when it is ended.</summary>
    public bool RunsCommands { get; init; }
}

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
