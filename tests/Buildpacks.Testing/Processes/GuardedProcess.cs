using System.Diagnostics;

namespace Buildpacks.Testing.Processes;

/// <summary>
/// A server that ends when the test process ends, however that happens: a small shell waits on a pipe from the test process, and
/// the pipe's end is the server's end. The server's output goes to a log file, so that it never holds the test runner's.
/// </summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    private const string Guard = """
        log=$1; shift
        exec 3<&0 </dev/null >"$log" 2>&1
        "$@" 3<&- &
        child=$!
        {
          cat <&3 >/dev/null
          kill -TERM $child
          n=0
          while [ $n -lt 100 ] && kill -0 $child 2>/dev/null; do sleep 0.1; n=$((n + 1)); done
          kill -KILL $child
        } 2>/dev/null &
        guard=$!
        wait $child
        code=$?
        kill $guard 2>/dev/null
        exit $code
        """;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly string _log;

    private GuardedProcess(Process process, string log)
    {
        _process = process;
        _log = log;
    }

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="tool">A name or path.</param>
    /// <param name="arguments">One string an argument.</param>
    /// <param name="log">The log file.</param>
    /// <param name="ready">Asks the server; called every 50 ms.</param>
    /// <exception cref="InvalidOperationException">The server ended, or was not ready in time; the log is in the message.</exception>
    public static async Task<GuardedProcess> StartAsync(
        string tool, IEnumerable<string> arguments, string log, Func<Task<bool>> ready)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", log, Requirement.FindTool(tool) ?? tool, .. arguments])
        {
            RedirectStandardInput = true,
        };
        var server = new GuardedProcess(Process.Start(start)!, log);
        var waited = Stopwatch.StartNew();
        while (!await ready())
        {
            if (server._process.HasExited || waited.Elapsed > Hang.Limit)
            {
                var words = server.Log();
                await server.DisposeAsync();
                throw new InvalidOperationException($"{tool} did not start: {words}");
            }

            await Task.Delay(50);
        }

        return server;
    }

    /// <summary>What the server has logged.</summary>
    public string Log() => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException)
        {
            _process.Kill(entireProcessTree: true);
        }
        finally
        {
            _process.Dispose();
        }
    }
}
