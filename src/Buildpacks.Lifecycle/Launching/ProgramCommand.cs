using System.Text;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Launching;

/// <summary>What to give to exec.</summary>
/// <param name="Path">The file.</param>
/// <param name="Arguments">All arguments, the program's name first.</param>
/// <param name="WorkingDirectory">The folder it starts in.</param>
internal sealed record ProgramCommand(string Path, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    private const string Shell = "/bin/bash";
    private const string RunScript = """exec bash -c "$@" """;

    // Each word is what the shell makes of it inside double quotes: variables and substitutions are expanded, and it stays one word.
    private const string RunWords =
        """exec bash -c 'words=(); for word in "$0" "$@"; do eval "set -- \"$word\""; words+=("$*"); done; exec "${words[@]}"' "$@" """;

    /// <summary>A process that starts without a shell.</summary>
    /// <exception cref="InvalidDataException">The program is not found.</exception>
    public static ProgramCommand Direct(SelectedProcess process, IReadOnlyDictionary<string, string> variables, string appDirectory)
    {
        var folder = WorkingDirectoryOf(process, appDirectory);
        var name = process.Command[0];
        var path = ProgramPath.Find(name, variables.GetValueOrDefault("PATH", ""), folder)
            ?? throw new InvalidDataException(name.Contains('/', StringComparison.Ordinal)
                ? $"{name} is not an executable file"
                : $"{name}: executable file not found in PATH");
        return new ProgramCommand(path, [.. process.Command, .. process.Args ?? []], folder);
    }

    /// <summary>
    /// A process that a shell starts: it sources the profiles in the app folder, enters the working folder, and gives way to a second
    /// shell. That one runs the command as a script when there are no arguments, and else expands each word.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="profiles">The files to source, in order.</param>
    /// <param name="caller">What the scripts see as <c>$0</c>.</param>
    /// <param name="appDirectory">The app folder.</param>
    /// <exception cref="InvalidDataException">There is no shell.</exception>
    public static ProgramCommand ThroughShell(SelectedProcess process, IReadOnlyList<string> profiles, string caller, string appDirectory)
    {
        if (!File.Exists(Shell))
        {
            throw new InvalidDataException(
                $"'{string.Join(' ', process.Command)}' starts through a shell, and this image has no {Shell}; start it directly, with -- before it");
        }

        var script = new StringBuilder();
        foreach (var profile in profiles)
        {
            script.Append("source ").Append(Quote(profile)).Append('\n');
        }

        script.Append("cd ").Append(Quote(WorkingDirectoryOf(process, appDirectory))).Append('\n');
        script.Append(process.Args is not { Count: > 0 } ? RunScript : RunWords);
        return new ProgramCommand(
            Shell, ["bash", "-c", script.ToString(), caller, string.Join(' ', process.Command), .. process.Args ?? []], appDirectory);
    }

    private static string WorkingDirectoryOf(SelectedProcess process, string appDirectory) =>
        System.IO.Path.Combine(appDirectory, process.WorkingDirectory ?? "");

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
