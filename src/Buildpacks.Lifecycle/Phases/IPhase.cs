using Buildpacks.Lifecycle.CommandLine;

namespace Buildpacks.Lifecycle.Phases;

/// <summary>A phase as a command: turns arguments into inputs and runs. The work itself lives in a class that the creator can call too.</summary>
internal interface IPhase
{
    /// <summary>The name of its binary, <c>detector</c>.</summary>
    string Name { get; }

    /// <summary>What it does, as the first argument names it and as messages say it: <c>detect</c>.</summary>
    string Verb { get; }

    /// <summary>The exit code of a failure that carries none of its own.</summary>
    int FailureCode { get; }

    /// <summary>The options it takes.</summary>
    IReadOnlyList<Option> Options { get; }

    /// <summary>Runs it.</summary>
    /// <exception cref="Errors.LifecycleException">It failed; the exception has the exit code.</exception>
    Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken);
}
