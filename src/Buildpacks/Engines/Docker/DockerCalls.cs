using System.Runtime.ExceptionServices;
using Buildpacks.Engines.Docker.Connection;
using Buildpacks.Engines.Docker.Streams;

namespace Buildpacks.Engines.Docker;

/// <summary>Runs one operation: names it for the record, opens the connection, limits its time, and translates its failures.</summary>
internal sealed class DockerCalls(DockerConnection connection)
{
    /// <summary>Runs an operation that moves data or waits: no limit but the token.</summary>
    /// <param name="operation">One of <see cref="EngineOperation"/>.</param>
    /// <param name="target">The image, container or volume it is about.</param>
    /// <param name="run">The operation.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PackException">It failed.</exception>
    public async Task<T> RunAsync<T>(
        string operation, string? target, Func<DockerSession, Task<T>> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = CallScope.Begin(operation);
        try
        {
            var session = await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await run(session).ConfigureAwait(false);
        }
        catch (ArchiveWriterException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
        catch (Exception exception) when (exception is not PackException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Translate(exception, operation, target);
        }
    }

    /// <summary>Runs a question that the engine answers from what it knows.</summary>
    /// <exception cref="PackException">It failed, or was not answered in time.</exception>
    public async Task<T> AskAsync<T>(
        string operation, string? target, Func<DockerSession, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(connection.Options.AnswerTimeout);
        try
        {
            return await RunAsync(operation, target, session => ask(session, limit.Token), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw DockerEndpointErrors.NoAnswer(
                connection.Options.Endpoint.OriginalString, operation, connection.Options.AnswerTimeout, exception);
        }
    }

    /// <summary>Runs a question without an answer.</summary>
    /// <exception cref="PackException">It failed, or was not answered in time.</exception>
    public Task AskAsync(
        string operation, string? target, Func<DockerSession, CancellationToken, Task> ask, CancellationToken cancellationToken) =>
        AskAsync(
            operation,
            target,
            async (session, token) =>
            {
                await ask(session, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Translates a failure that comes after the operation returned, from a stream.</summary>
    public PackException Translate(Exception exception, string operation, string? target) =>
        connection.TlsFailure(exception) ?? DockerErrors.Translate(exception, operation, target, connection.Options.Endpoint);
}
