using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Loopback;

/// <summary>Serves HTTP on a free port of 127.0.0.1, which other machines cannot reach.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<LoopbackRequest, CancellationToken, Task<LoopbackAnswer>> _answer;
    private readonly LoopbackLimits _limits;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, TcpClient> _open = new();
    private readonly SemaphoreSlim _places;
    private readonly Task _accepting;

    /// <summary>Begins to serve.</summary>
    /// <param name="answer">Answers a request.</param>
    /// <param name="limits">How much is served.</param>
    /// <param name="logger">Is told what fails.</param>
    public LoopbackServer(Func<LoopbackRequest, CancellationToken, Task<LoopbackAnswer>> answer, LoopbackLimits limits, ILogger logger)
    {
        (_answer, _limits, _logger) = (answer, limits, logger);
        _places = new SemaphoreSlim(limits.Connections);
        _listener.Start();
        Host = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Address and port.</summary>
    public string Host { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var client in _open.Values)
        {
            client.Dispose();
        }

        await Task.WhenAll(_open.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _places.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                // Who comes when all places are taken waits in the queue of the system.
                await _places.WaitAsync(_end.Token).ConfigureAwait(false);
                var client = await _listener.AcceptTcpClientAsync(_end.Token).ConfigureAwait(false);
                var served = new Task<Task>(() => ServeAsync(client));
                var done = served.Unwrap();
                _open[done] = client;
                served.Start(TaskScheduler.Default);
                _ = done.ContinueWith(Leave, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (!_end.IsCancellationRequested)
                {
                    _logger.LogDebug("A connection to the registry of the build failed: {Reason}", exception.Message);
                    _places.Release();
                }
            }
        }
    }

    private void Leave(Task done)
    {
        _open.TryRemove(done, out _);
        if (!_end.IsCancellationRequested)
        {
            _places.Release();
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var connection = new LoopbackConnection(client.GetStream(), _limits.Idle);
                while (await ServeNextAsync(connection).ConfigureAwait(false))
                {
                    // The client may send the next request.
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or SocketException or LoopbackRefusedException)
            {
                _logger.LogTrace("A connection to the registry of the build ended: {Reason}", exception.Message);
            }
        }
    }

    private async Task<bool> ServeNextAsync(LoopbackConnection connection)
    {
        LoopbackRequest? request = null;
        LoopbackAnswer answer;
        try
        {
            request = await connection.ReadAsync(_end.Token).ConfigureAwait(false);
            if (request is null)
            {
                return false;
            }

            answer = await _answer(request, _end.Token).ConfigureAwait(false);
        }
        catch (LoopbackRefusedException refused)
        {
            answer = LoopbackAnswer.Refusal(refused.Status, "UNSUPPORTED", refused.Message) with { EndsConnection = true };
        }

        _logger.LogTrace("{Method} {Path}: {Status}", request?.Method, request?.Path, answer.Status);
        return await connection.AnswerAsync(request, answer, _end.Token).ConfigureAwait(false);
    }
}
