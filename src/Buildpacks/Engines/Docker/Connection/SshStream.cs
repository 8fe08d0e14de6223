using System.Diagnostics;
using System.Globalization;
using Buildpacks.IO;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>
/// One connection to a docker engine on another machine: the standard input and output of the user's <c>ssh</c>, which runs
/// <c>docker system dial-stdio</c> there, as docker's own command does. Disposing ends ssh.
/// </summary>
internal sealed class SshStream : Stream
{
    private const int LongestWords = 500;

    private static readonly TimeSpan ErrorPatience = TimeSpan.FromSeconds(2);

    private readonly string _endpoint;
    private readonly Process _process;
    private readonly ErrorTail _errors = new();
    private readonly Task _errorPump;
    private bool _answered;
    private int _disposed;

    private SshStream(string endpoint, Process process)
    {
        _endpoint = endpoint;
        _process = process;
        _errorPump = PumpErrorsAsync();
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Starts ssh. Whether the other machine can be reached is known when the first bytes are read.</summary>
    /// <param name="ssh">The program.</param>
    /// <param name="endpoint">The address <c>ssh://…</c>.</param>
    /// <param name="timeout">How long connecting may take.</param>
    /// <exception cref="PackException"><c>DockerUnreachable</c>: ssh cannot be started.</exception>
    public static SshStream Open(string ssh, Uri endpoint, TimeSpan timeout)
    {
        var start = OwnSession.Start(OwnSession.Find(), ssh);
        foreach (var argument in Arguments(endpoint, timeout))
        {
            start.ArgumentList.Add(argument);
        }

        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            return new SshStream(endpoint.OriginalString, Process.Start(start)!);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            throw DockerEndpointErrors.SshFailed(endpoint.OriginalString, $"ssh cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>What ssh is told. It asks no question: there is nobody to answer in the background.</summary>
    internal static IEnumerable<string> Arguments(Uri endpoint, TimeSpan timeout)
    {
        yield return "-T";
        yield return "-o";
        yield return "BatchMode=yes";
        yield return "-o";
        yield return "ConnectTimeout=" + Math.Max(1, (int)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (endpoint.UserInfo.Length > 0)
        {
            yield return "-l";
            yield return Uri.UnescapeDataString(endpoint.UserInfo);
        }

        if (endpoint.Port > 0)
        {
            yield return "-p";
            yield return endpoint.Port.ToString(CultureInfo.InvariantCulture);
        }

        yield return "--";
        yield return endpoint.IdnHost;
        yield return "docker";
        if (Uri.UnescapeDataString(endpoint.AbsolutePath) is { Length: > 1 } path)
        {
            // The other machine's shell reads the words.
            yield return "--host";
            yield return ShellQuote.Quote("unix://" + path);
        }

        yield return "system";
        yield return "dial-stdio";
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0)
        {
            _answered = true;
        }
        else if (!_answered && buffer.Length > 0 && Volatile.Read(ref _disposed) == 0)
        {
            throw await FailureAsync().ConfigureAwait(false);
        }

        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var input = _process.StandardInput.BaseStream;
        await input.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        ProcessTree.Kill(_process);
        await _errorPump.ConfigureAwait(false);
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        _process.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private async Task<PackException> FailureAsync()
    {
        await Task.WhenAny(_errorPump, Task.Delay(ErrorPatience)).ConfigureAwait(false);
        return DockerEndpointErrors.SshFailed(_endpoint, Shown(_errors.ToString()));
    }

    /// <summary>What ssh wrote, for a message: the other machine decides about it, so control characters are left out.</summary>
    internal static string Shown(string text)
    {
        var lines = text.Split('\n', '\r').Select(line => string.Concat(line.Where(character => !char.IsControl(character))).Trim());
        var words = string.Join("; ", lines.Where(line => line.Length > 0));
        return words.Length == 0 ? "ssh ended without an answer" : words.Length > LongestWords ? "…" + words[^LongestWords..] : words;
    }

    private async Task PumpErrorsAsync()
    {
        try
        {
            await _errors.AppendAsync(_process.StandardError.BaseStream).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // ssh has ended.
        }
    }
}
