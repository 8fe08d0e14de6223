using System.Diagnostics;

namespace Buildpacks.Testing.Processes;

/// <summary>Runs a tool to its end, never for longer than a limit.</summary>
public static class ToolRun
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a tool and waits.</summary>
    public static ToolResult Run(string tool, IEnumerable<string> arguments) =>
        RunAsync(tool, arguments).GetAwaiter().GetResult();

    /// <summary>Runs a tool.</summary>
    /// <param name="tool">A name or path.</param>
    /// <param name="arguments">One string an argument.</param>
    /// <param name="environment">What to add to the environment.</param>
    /// <param name="input">What to give it on standard input.</param>
    /// <param name="limit">How long it may run; two minutes by default.</param>
    /// <exception cref="TimeoutException">It ran for longer, and was killed.</exception>
    public static async Task<ToolResult> RunAsync(
        string tool, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, Stream? input = null, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(Requirement.FindTool(tool) ?? tool, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var end = new CancellationTokenSource(limit ?? UsualLimit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(end.Token);
            var error = process.StandardError.ReadToEndAsync(end.Token);
            if (input is not null)
            {
                await input.CopyToAsync(process.StandardInput.BaseStream, end.Token);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(end.Token);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{tool} {string.Join(' ', start.ArgumentList)} ran for more than {limit ?? UsualLimit}");
        }
    }
}
