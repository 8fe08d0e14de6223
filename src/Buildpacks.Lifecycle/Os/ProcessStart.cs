using System.Collections;
using System.Text;

namespace Buildpacks.Lifecycle.Os;

/// <summary>How this process was called.</summary>
/// <param name="Name">The name it was called by (argv[0]), as the caller wrote it.</param>
/// <param name="Executable">The file that runs, symlinks resolved.</param>
/// <param name="Arguments">What follows the name.</param>
/// <param name="Environment">The variables.</param>
internal sealed record ProcessStart(
    string Name, string Executable, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The way this very process was called.</summary>
    /// <param name="arguments">What <c>Main</c> got.</param>
    public static ProcessStart Current(IReadOnlyList<string> arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return new ProcessStart(
            CalledAs(),
            System.Environment.ProcessPath ?? "",
            arguments,
            environment);
    }

    // .NET's own first argument is the file's path on some runtimes; symlinks named for phases need what the caller wrote.
    private static string CalledAs()
    {
        try
        {
            var commandLine = File.ReadAllBytes("/proc/self/cmdline");
            var end = Array.IndexOf(commandLine, (byte)0);
            return Encoding.UTF8.GetString(commandLine, 0, end < 0 ? commandLine.Length : end);
        }
        catch (IOException)
        {
            return System.Environment.GetCommandLineArgs()[0];
        }
    }
}
