using System.Diagnostics;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Host;

/// <summary>Starts pshost as a process.</summary>
internal static class PsHostRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>What a run of pshost did.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Error)
    {
        public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Runs pshost to its end.</summary>
    public static Task<Outcome> RunAsync(params string[] arguments) => RunAsync(_ => Task.CompletedTask, arguments);

    /// <summary>Runs a command text, with the checkout as the current folder.</summary>
    public static Task<Outcome> CommandAsync(string text) => RunAsync("-Command", text);

    /// <summary>Runs pshost and does something to it when it has printed <c>ready</c>.</summary>
    public static async Task<Outcome> RunAsync(Func<Process, Task> whenReady, params string[] arguments)
    {
        // A shell that starts the tests in the background has them ignore SIGINT, and what they start inherits that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,TERM", Checkout.PsHost, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Checkout.Root,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var output = new System.Text.StringBuilder();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                output.Append(line).Append('\n');
                if (line == "ready")
                {
                    await whenReady(process);
                }
            }

            await process.WaitForExitAsync(limit.Token);
            return new Outcome(process.ExitCode, output.ToString(), await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"pshost ran for more than {Limit}: {output}");
        }
    }
}
