using System.Diagnostics;
using System.Management.Automation;
using Buildpacks.Commands.Streams;
using Buildpacks.Stores;

namespace Buildpacks.Commands;

/// <summary>
/// The base class of all cmdlets of the module. It runs the asynchronous work of the core, writes the messages of the core to PowerShell's
/// streams while the work runs, cancels the work on Ctrl+C, and converts failures to error records.
/// </summary>
public abstract class PackCmdlet : PSCmdlet, IDisposable
{
    private static readonly TimeSpan PumpInterval = TimeSpan.FromMilliseconds(100);

    // Cancelled work ends within a second, but for an image that an engine has in full: that is let finish and taken back, which takes
    // as long as the image is large. This is for work that hangs in a call that cannot be cancelled.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(3);

    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the pipeline is stopped.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>What the cmdlet works on now: a tag of its output, and the beginning of each line where several work side by side.</summary>
    private protected virtual string? Subject => null;

    /// <summary>Whether the time goes before each line of the information stream.</summary>
    private protected virtual bool ShowsTime => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    /// <summary>Ends the work that runs. Called by PowerShell on a thread of its own.</summary>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cmdlet ended by itself at the same moment.
        }
    }

    /// <summary>Runs work to its end. A failure ends the cmdlet with a terminating error.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">The work; it gets the sink for its messages and the token that Ctrl+C cancels.</param>
    /// <param name="target">What an error is about, unless the failure says so itself.</param>
    /// <returns>What the work gave.</returns>
    protected T Run<T>(Func<IPackSink, CancellationToken, Task<T>> work, object? target = null)
    {
        try
        {
            var (result, unexpected) = RunToEnd(Watch(work));
            if (unexpected is not null)
            {
                ThrowTerminatingError(PackErrorRecord.Create(unexpected, target));
            }

            return result!;
        }
        catch (PackException failure)
        {
            ThrowTerminatingError(PackErrorRecord.Create(failure, target));
            throw;
        }
    }

    /// <summary>Runs work that gives one thing after the other, and takes each as it comes. A failure ends the cmdlet with a terminating error.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">The work; it gets the sink for its messages and the token that Ctrl+C cancels.</param>
    /// <param name="take">Takes a thing, on the pipeline thread.</param>
    protected void RunEach<T>(Func<IPackSink, CancellationToken, IAsyncEnumerable<T>> work, Action<T> take) =>
        Run(async (sink, cancellationToken) =>
        {
            await foreach (var item in work(sink, cancellationToken))
            {
                ((PipelineSink)sink).Post(_ => take(item));
            }

            return true;
        });

    /// <summary>Runs work about one item of several. A failure becomes a non-terminating error, and the cmdlet goes on.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">The work; it gets the sink for its messages and the token that Ctrl+C cancels.</param>
    /// <param name="target">The item.</param>
    /// <param name="result">What the work gave.</param>
    /// <returns>Whether the work ended well.</returns>
    protected bool TryRun<T>(Func<IPackSink, CancellationToken, Task<T>> work, object? target, out T? result)
    {
        try
        {
            (result, var unexpected) = RunToEnd(Watch(work));
            if (unexpected is not null)
            {
                WriteError(PackErrorRecord.Create(unexpected, target));
            }

            return unexpected is null;
        }
        catch (PackException failure)
        {
            WriteFailure(failure, target);
            result = default;
            return false;
        }
    }

    /// <summary>Writes a warning. -Debug alone asks nothing about it.</summary>
    /// <param name="text">The warning.</param>
    private protected new void WriteWarning(string text) => WriteMessage(PackLogLevel.Warning, text);

    /// <summary>Writes a verbose message. -Debug alone asks nothing about it.</summary>
    /// <param name="text">The message.</param>
    private protected new void WriteVerbose(string text) => WriteMessage(PackLogLevel.Verbose, text);

    /// <summary>Writes a failure about one item to the error stream.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="target">The item.</param>
    protected void WriteFailure(PackException failure, object? target = null) =>
        WriteError(PackErrorRecord.Create(failure, target));

    /// <summary>Ends the cmdlet with a failure.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="target">What it is about, unless the failure says so itself.</param>
    protected void ThrowFailure(PackException failure, object? target = null) =>
        ThrowTerminatingError(PackErrorRecord.Create(failure, target));

    /// <summary>A path as the user typed it, taken as it is, in the file system; it need not exist.</summary>
    /// <param name="path">May begin with <c>~</c> or a drive of PowerShell; relative to <c>$PWD</c>.</param>
    /// <returns>The full path.</returns>
    protected string ResolveLiteralPath(string path) => Resolve(SessionPaths.Literal, path);

    /// <summary>The path of one item. One that cannot be is a non-terminating error.</summary>
    /// <param name="path">May begin with <c>~</c> or a drive of PowerShell; relative to <c>$PWD</c>.</param>
    /// <returns>The full path; <see langword="null"/> when it cannot be.</returns>
    protected string? TryResolve(string path)
    {
        try
        {
            return SessionPaths.Literal(SessionState, path);
        }
        catch (PackException failure)
        {
            WriteFailure(failure, path);
            return null;
        }
    }

    /// <summary>
    /// A layout folder or an archive, with the name of one of its images behind a colon or without. One that cannot be is a non-terminating
    /// error.
    /// </summary>
    /// <param name="format">What is there.</param>
    /// <param name="text">The path and the name as they were typed.</param>
    /// <returns>The place; <see langword="null"/> when it cannot be.</returns>
    private protected ImageFilePlace? TryResolveFile(PackImageFormat format, string text)
    {
        try
        {
            return SessionPaths.ImageFile(SessionState, format, text);
        }
        catch (PackException failure)
        {
            WriteFailure(failure, text);
            return null;
        }
    }

    /// <summary>The paths of the file system that exist and match what the user typed.</summary>
    /// <param name="pattern">May hold wildcards.</param>
    /// <returns>Full paths; none when the pattern has wildcards and nothing matches.</returns>
    protected IReadOnlyList<string> ResolvePath(string pattern) => Resolve(SessionPaths.Matching, pattern);

    /// <summary>Work that gives what nobody expected to go wrong, in the place of throwing it: what is thrown where the pipeline runs is PowerShell's.</summary>
    private static Func<IPackSink, CancellationToken, Task<(T? Result, Exception? Unexpected)>> Watch<T>(Func<IPackSink, CancellationToken, Task<T>> work) =>
        async (sink, cancellationToken) =>
        {
            try
            {
                return (await work(sink, cancellationToken), null);
            }
            catch (Exception unexpected) when (unexpected is not (PackException or OperationCanceledException or RuntimeException))
            {
                return (default, unexpected);
            }
        };

    private void WriteMessage(PackLogLevel level, string text) => new CmdletStreams(this, Subject, ShowsTime).WriteLog(level, "", text);

    private T Resolve<T>(Func<SessionState, string, T> resolve, string path)
    {
        try
        {
            return resolve(SessionState, path);
        }
        catch (PackException failure)
        {
            ThrowFailure(failure, path);
            throw;
        }
    }

    private T RunToEnd<T>(Func<IPackSink, CancellationToken, Task<T>> work)
    {
        if (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }

        using var sink = new PipelineSink();
        var writer = new CmdletStreams(this, Subject, ShowsTime);
        var token = _stop.Token;
        using var stopping = token.Register(sink.Stop);
        var task = Task.Run(() => work(sink, token), CancellationToken.None);
        _ = task.ContinueWith(_ => sink.Wake(), TaskScheduler.Default);
        try
        {
            PumpUntilEnd(task, sink, writer);
        }
        catch
        {
            // The pipeline is stopping, or a preference variable made a message an error: nobody listens any more.
            _stop.Cancel();
            sink.Close();
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Grace);
            _ = task.Exception;
            CompleteProgress(sink, writer);
            throw;
        }

        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    private void PumpUntilEnd(Task task, PipelineSink sink, CmdletStreams writer)
    {
        var sinceStop = new Stopwatch();
        while (!task.IsCompleted)
        {
            sink.Pump(writer, PumpInterval);
            if (_stop.IsCancellationRequested)
            {
                sinceStop.Start();
            }

            if (sinceStop.Elapsed > Grace)
            {
                throw new PipelineStoppedException();
            }
        }

        sink.Pump(writer, TimeSpan.Zero);
        sink.Progress.CompleteAll(writer);
    }

    private static void CompleteProgress(PipelineSink sink, CmdletStreams writer)
    {
        try
        {
            sink.Progress.CompleteAll(writer);
        }
        catch (PipelineStoppedException)
        {
            // The host takes the bars away when a pipeline is stopped.
        }
    }
}
