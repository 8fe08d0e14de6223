using System.ComponentModel;
using Buildpacks.Reporting;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Runs podman: one process a call, ended when its token is cancelled, and recorded.</summary>
internal sealed class PodmanCli
{
    private const int Interrupted = 2;
    private const int Terminated = 15;

    private readonly PodmanOptions _options;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<string> _globalArguments;
    private readonly string? _session;

    /// <summary>Prepares to run podman; starts nothing.</summary>
    public PodmanCli(PodmanOptions options)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Buildpacks.Engines.Podman");
        Executable = PodmanExecutable.Resolve(options.Executable);

        // The client of a service may have to ask for the password of a key at the terminal.
        _session = PodmanPlace.IsHere(options) ? OwnSession.Find() : null;

        // Without this, podman's warnings end up in the error stream of an attached container.
        List<string> global = ["--log-level=error"];
        if (options.Connection is { Length: > 0 } connection)
        {
            global.Add("--connection=" + connection);
        }

        if (options.Url is { Length: > 0 } url)
        {
            global.Add("--url=" + url);
        }

        _globalArguments = global;
    }

    /// <summary>The executable's path.</summary>
    public string Executable { get; }

    /// <summary>Runs podman to its end.</summary>
    /// <exception cref="PackException">podman did not start or did not end with 0.</exception>
    public async Task<PodmanResult> RunAsync(
        PodmanCommand command, CancellationToken cancellationToken, Action<string>? onErrorLine = null)
    {
        var result = await TryRunAsync(command, cancellationToken, onErrorLine).ConfigureAwait(false);
        return result.ExitCode == 0 ? result : throw result.ToException();
    }

    /// <summary>Runs podman to its end, whatever its exit code.</summary>
    /// <exception cref="PackException">podman did not start, or did not answer in time.</exception>
    public async Task<PodmanResult> TryRunAsync(
        PodmanCommand command, CancellationToken cancellationToken, Action<string>? onErrorLine = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!command.Waits)
        {
            limit.CancelAfter(_options.AnswerTimeout);
        }

        try
        {
            return await AnswerAsync(command, onErrorLine, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PodmanErrors.NoAnswer(command, _options.AnswerTimeout, exception);
        }
    }

    private Task<PodmanResult> AnswerAsync(PodmanCommand command, Action<string>? onErrorLine, CancellationToken cancellationToken) =>
        WithProcessAsync(
            command,
            async (process, errors) =>
            {
                process.CloseInput();
                var pump = ProcessPump.CopyErrorsAsync(process, errors);
                var output = await ProcessPump.CollectOutputAsync(process).ConfigureAwait(false);
                await pump.ConfigureAwait(false);
                return output;
            },
            onErrorLine, cancellationToken);

    /// <summary>Runs podman to its end and feeds it an archive.</summary>
    /// <exception cref="PackException">podman did not start or did not end with 0.</exception>
    public async Task<PodmanResult> FeedAsync(
        PodmanCommand command, ArchiveWriter writeArchive, CancellationToken cancellationToken, Action<string>? onErrorLine = null)
    {
        var result = await WithProcessAsync(
            command,
            async (process, errors) =>
            {
                var pump = ProcessPump.CopyErrorsAsync(process, errors);
                var collect = ProcessPump.CollectOutputAsync(process);
                try
                {
                    await ArchiveFeed.RunAsync(process, writeArchive, enough: CancellationToken.None, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    // The pipes end when the last process that podman is made of has ended: rootless, they are two.
                    await pump.ConfigureAwait(false);
                }

                return await collect.ConfigureAwait(false);
            },
            onErrorLine, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? result : throw result.ToException();
    }

    /// <summary>Runs podman to its end, whatever its exit code, and hands on what it writes.</summary>
    /// <exception cref="PackException">podman did not start.</exception>
    public Task<PodmanResult> FollowAsync(PodmanCommand command, AttachedOutput output, CancellationToken cancellationToken) =>
        ConverseAsync(
            command,
            (process, errors) =>
            {
                process.CloseInput();
                return output.CopyAsync(process, errors);
            },
            cancellationToken);

    /// <summary>Runs podman to its end, whatever its exit code, in a conversation that the caller leads.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="converse">Feeds and reads the process, and ends with its output.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <exception cref="PackException">podman did not start.</exception>
    public Task<PodmanResult> ConverseAsync(
        PodmanCommand command, Func<PodmanProcess, ErrorTail, Task> converse, CancellationToken cancellationToken) =>
        WithProcessAsync(
            command,
            async (process, errors) =>
            {
                await converse(process, errors).ConfigureAwait(false);
                return ReadOnlyMemory<byte>.Empty;
            },
            onErrorLine: null, cancellationToken);

    /// <summary>Starts podman and returns its standard output as a stream, once it writes.</summary>
    /// <exception cref="PackException">podman did not start, or ended, not with 0, before it wrote anything.</exception>
    public async Task<Stream> OpenReadAsync(PodmanCommand command, CancellationToken cancellationToken)
    {
        var stream = OpenRead(command, cancellationToken);
        try
        {
            await stream.BeginAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts podman and returns its standard output as a stream.</summary>
    /// <exception cref="PackException">podman did not start.</exception>
    public ProcessOutputStream OpenRead(PodmanCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var process = Start(command);
        process.CloseInput();
        return new ProcessOutputStream(process, cancellationToken);
    }

    private async Task<PodmanResult> WithProcessAsync(
        PodmanCommand command, Func<PodmanProcess, ErrorTail, Task<ReadOnlyMemory<byte>>> converse,
        Action<string>? onErrorLine, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var process = Start(command);
        await using (process.ConfigureAwait(false))
        {
            var registration = cancellationToken.Register(process.Kill);
            await using (registration.ConfigureAwait(false))
            {
                var errors = new ErrorTail(onErrorLine);
                var output = await converse(process, errors).ConfigureAwait(false);
                var exitCode = await process.WaitAsync().ConfigureAwait(false);
                if (exitCode != 0)
                {
                    await PreferCancellationAsync(exitCode, cancellationToken).ConfigureAwait(false);
                }

                return new PodmanResult(command, exitCode ?? 128 + Terminated, output, errors.ToString());
            }
        }
    }

    /// <summary>
    /// Ctrl+C in a terminal reaches podman itself, often before it reaches this code: an end by that signal is a cancellation
    /// that is about to be heard of.
    /// </summary>
    private static async Task PreferCancellationAsync(int? exitCode, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (exitCode is 128 + Interrupted or 128 + Terminated && cancellationToken.CanBeCanceled)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
        }
    }

    private PodmanProcess Start(PodmanCommand command)
    {
        var start = OwnSession.Start(_session, Executable);
        foreach (var argument in _globalArguments.Concat(command.Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        // podman 5 says on every call, on standard error, that this machine's cgroups are old.
        start.Environment["PODMAN_IGNORE_CGROUPSV1_WARNING"] = "1";
        foreach (var (name, value) in _options.Environment)
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        foreach (var (variable, file) in LoginVariables.RemoveMissing(start.Environment))
        {
            _logger.LogDebug("podman is started without {Variable}: the file {File} does not exist", variable, file);
        }

        var spool = command.Spools ? SpoolFolder.TryCreate(start.Environment) : null;
        try
        {
            _logger.LogTrace("Starting {Executable} {Arguments}", Executable, string.Join(' ', Shown(command)));
            return PodmanProcess.Start(start, command, spool, Record);
        }
        catch (Win32Exception e)
        {
            spool?.Delete();
            throw PodmanErrors.NotStarted(command, Executable, e);
        }
    }

    private void Record(PodmanProcess process, int? exitCode)
    {
        var call = new EngineCall
        {
            Engine = PackEngineKind.Podman,
            Operation = process.Command.Operation,
            Arguments = Shown(process.Command),
            Started = process.Started,
            Duration = process.Duration,
            BytesSent = process.BytesSent,
            BytesReceived = process.BytesReceived,
            ExitCode = exitCode,
        };
        _logger.LogDebug(
            "podman {Arguments} -> {ExitCode} in {Milliseconds} ms",
            string.Join(' ', call.Arguments), exitCode?.ToString() ?? "ended", (long)call.Duration.TotalMilliseconds);
        _options.Observer?.Ended(call);
    }

    private PackCollection<string> Shown(PodmanCommand command) =>
        [.. _globalArguments.Select(UrlMask.HidePassword), .. command.Arguments];
}
