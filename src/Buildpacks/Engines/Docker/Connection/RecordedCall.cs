using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>One request under way. It ends with the last byte of its answer, or when the answer is put away.</summary>
internal sealed class RecordedCall(string operation, HttpRequestMessage request, IEngineCallObserver? observer, ILogger logger)
{
    private static readonly AsyncLocal<RecordedCall?> Ambient = new();

    private readonly DateTimeOffset _started = DateTimeOffset.Now;
    private readonly long _startedTicks = Stopwatch.GetTimestamp();
    private readonly string _method = request.Method.Method;
    private readonly string _path = request.RequestUri!.PathAndQuery;
    private long _sent;
    private long _received;
    private int? _status;
    private long _limit = long.MaxValue;
    private int _ended;

    /// <summary>The call whose bytes are on their way in this flow of control.</summary>
    public static RecordedCall? Current => Ambient.Value;

    /// <summary>Whether the engine stopped taking the request's body: the rest of it need not be made.</summary>
    public bool Refused { get; private set; }

    public void Refuse() => Refused = true;

    /// <summary>Makes this the current call of the flow of control that calls it, until that returns.</summary>
    public void Enter() => Ambient.Value = this;

    public void Sent(int bytes) => Interlocked.Add(ref _sent, bytes);

    /// <summary>Counts bytes of the answer.</summary>
    /// <exception cref="PackException">Failed: there is no end of them.</exception>
    public void Received(int bytes)
    {
        if (Interlocked.Add(ref _received, bytes) > _limit)
        {
            throw EngineErrors.Create(PackEngineKind.Docker, PackErrorKind.Failed, operation, $"docker answered with more than {_limit} bytes", status: _status);
        }
    }

    /// <summary>The answer has begun.</summary>
    /// <param name="statusCode">Its HTTP status.</param>
    /// <param name="limit">How many bytes it may have.</param>
    public void Answered(int statusCode, long limit) => (_status, _limit) = (statusCode, limit);

    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        var call = new EngineCall
        {
            Engine = PackEngineKind.Docker,
            Operation = operation,
            Arguments = [_method, _path],
            Started = _started,
            Duration = Stopwatch.GetElapsedTime(_startedTicks),
            BytesSent = Interlocked.Read(ref _sent),
            BytesReceived = Interlocked.Read(ref _received),
            Status = _status,
        };
        logger.LogDebug(
            "docker {Operation}: {Method} {Path} -> {Status}, {Milliseconds:F0} ms, {Sent} bytes out, {Received} bytes in",
            operation, _method, _path, (object?)_status ?? "no answer", call.Duration.TotalMilliseconds, call.BytesSent, call.BytesReceived);
        observer?.Ended(call);
    }
}
