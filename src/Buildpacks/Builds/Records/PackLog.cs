using System.Text.Encodings.Web;
using System.Text.Json;
using Buildpacks.Engines.Location;

namespace Buildpacks.Builds.Records;

/// <summary>Writes what is known of builds for somebody who was not there: what Export-PackLog does.</summary>
public static class PackLog
{
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(5);

    /// <summary>People read the file too: characters are not spelled as numbers without need.</summary>
    private static readonly LogJson Json = new(new JsonSerializerOptions(LogJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The log of builds as JSON; docs/log.md describes it.</summary>
    /// <param name="builds">The builds.</param>
    /// <param name="versions">What they were made with.</param>
    /// <param name="sink">Gets messages.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>UTF-8.</returns>
    public static async Task<byte[]> WriteAsync(
        IReadOnlyList<LogEntry> builds, LogVersions versions, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(builds);
        var engines = new Dictionary<(PackEngineKind, string), PackEngine?>();
        foreach (var log in builds.Select(build => build.Log).OfType<BuildLog>())
        {
            var key = (log.Engine, log.Endpoint);
            if (!engines.ContainsKey(key))
            {
                engines[key] = await AskAsync(log, sink, cancellationToken).ConfigureAwait(false);
            }
        }

        var document = new LogDocument
        {
            Exported = DateTimeOffset.Now,
            Versions = versions,
            Builds = [.. builds.Select(build => LoggedBuild.From(build, build.Log is { } log ? engines[(log.Engine, log.Endpoint)] : null))],
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, Json.LogDocument);
    }

    /// <summary>Asks the engine of a build what it is: a build itself does not, for podman takes a while to answer.</summary>
    /// <returns>The engine; <see langword="null"/> when it does not answer.</returns>
    private static async Task<PackEngine?> AskAsync(BuildLog log, IPackSink sink, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AskLimit);
        try
        {
            var request = new EngineRequest { Parameter = new EngineChoice(log.Engine, log.Endpoint), Verify = true };
            var located = await EngineLocator.ForSink(sink).OpenAsync(request, limit.Token).ConfigureAwait(false);
            await using (located.ConfigureAwait(false))
            {
                return located.Description;
            }
        }
        catch (PackException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
