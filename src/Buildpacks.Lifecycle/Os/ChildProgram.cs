using System.Runtime.InteropServices;

namespace Buildpacks.Lifecycle.Os;

/// <summary>A program to run: what, where, and with which descriptors. Its standard input is empty.</summary>
/// <param name="Path">The file.</param>
/// <param name="Arguments">Its arguments, without its name.</param>
/// <param name="Environment">All its variables; nothing is inherited.</param>
/// <param name="WorkingDirectory">The folder it starts in.</param>
internal sealed record ChildProgram(
    string Path, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory)
{
    /// <summary>The file that takes standard output and standard error; without it the program writes where this process writes.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Whether standard error goes where standard output goes.</summary>
    public bool ErrorsToOutput { get; init; }

    /// <summary>What the program has as descriptor 3. It is disposed once the program runs.</summary>
    public SafeHandle? Descriptor3 { get; init; }
}
