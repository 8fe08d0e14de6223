using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Buildpacks.Configuration;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Registry;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Modules;

/// <summary>
/// Downloads files, and keeps them in a folder of pack's home. A file that is kept is asked for with its ETag; one with a checksum in its
/// address is not asked for again. A connection that is cut is continued, also by the next process.
/// </summary>
/// <param name="folder">The folder of the files.</param>
/// <param name="environment">Names the proxy.</param>
/// <param name="logger">Is told what is downloaded.</param>
internal sealed class Downloader(string folder, EngineEnvironment environment, ILogger logger)
{
    private const string Etag = ".etag";
    private const string Size = ".size";
    private const string Part = ".part";
    private const int BufferSize = 128 * 1024;

    /// <summary>Bounds of time, of sizes and of repetitions.</summary>
    public DownloadLimits Limits { get; init; } = new();

    /// <summary>Shows the bytes of a download so far; <see langword="null"/> for nobody.</summary>
    public IPackSink? Sink { get; init; }

    /// <summary>The downloader of this user. It keeps files where pack does.</summary>
    /// <param name="logger">Is told what is downloaded.</param>
    /// <param name="sink">Shows the bytes of a download so far; <see langword="null"/> for nobody.</param>
    public static Downloader OfUser(ILogger logger, IPackSink? sink = null) =>
        new(FolderOfUser, EngineEnvironment.Current(), logger) { Sink = sink };

    /// <summary>Where pack keeps downloaded files.</summary>
    public static string FolderOfUser => Path.Combine(PackHome.Path, "download-cache", "c2");

    /// <summary>Downloads a file, unless the one that is kept is still the same.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Ends the download; the next one continues it.</param>
    /// <returns>The path of the file. It is not to be changed.</returns>
    /// <exception cref="PackException"><c>DownloadFailed</c> or <c>DownloadInvalid</c>.</exception>
    public async Task<string> GetAsync(DownloadAddress address, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, address.Key);
        try
        {
            Directory.CreateDirectory(folder);
            using var turn = await FileLock.TakeAsync(path + ".lock", cancellationToken).ConfigureAwait(false);
            return await GetAsync(address, path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw address.Failed($"it cannot be kept in {folder}: {exception.Message.TrimEnd('.')}", PackErrorKind.Failed, "Check the folder, or set PACK_HOME to another one.", exception);
        }
    }

    private async Task<string> GetAsync(DownloadAddress address, string path, CancellationToken cancellationToken)
    {
        if (address.Sha256 is not null && File.Exists(path) && await DigestOfAsync(path, cancellationToken).ConfigureAwait(false) == address.Sha256)
        {
            logger.LogDebug("{Address} is in the download cache, with its checksum.", address.Shown);
            return path;
        }

        foreach (var folder in new[] { path, path + Part, path + Etag, path + Part + Etag, path + Size }.Where(Directory.Exists))
        {
            logger.LogWarning("The download cache is damaged: {Folder} is a folder, and is removed.", folder);
            Directory.Delete(folder, recursive: true);
        }

        var kept = KeptTag(path);
        using var client = Connect();
        for (var attempt = 0; ; attempt++)
        {
            var before = LengthOf(path + Part);
            try
            {
                if (await TryAsync(client, address, path, kept, cancellationToken).ConfigureAwait(false))
                {
                    await CheckAsync(address, path, cancellationToken).ConfigureAwait(false);
                    return path;
                }
            }
            catch (Exception exception) when (IsNetwork(exception) && !cancellationToken.IsCancellationRequested)
            {
                // What makes progress is continued.
                attempt = LengthOf(path + Part) > before ? 0 : attempt;
                if (attempt < Limits.Retries)
                {
                    await Task.Delay(Limits.RetryDelay * Math.Pow(2, attempt), cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (kept is not null && address.Sha256 is null)
                {
                    logger.LogWarning(
                        "{Address} cannot be reached; the copy of {Date} in the download cache is used: {Reason}", address.Shown,
                        File.GetLastWriteTimeUtc(path).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), exception.Message);
                    return path;
                }

                throw address.Failed($"the server cannot be reached: {exception.Message.TrimEnd('.')}", PackErrorKind.Unreachable, "Check the address, the network and HTTPS_PROXY.", exception);
            }
        }
    }

    /// <summary>Makes one request, and takes what comes.</summary>
    /// <returns>Whether the file is whole; if not, it begins again.</returns>
    private async Task<bool> TryAsync(HttpClient client, DownloadAddress address, string path, string? kept, CancellationToken cancellationToken)
    {
        var start = LengthOf(path + Part);
        var partTag = start > 0 ? Read(path + Part + Etag) : null;
        using var answer = await SendAsync(client, address, kept, partTag is null ? 0 : start, partTag, cancellationToken).ConfigureAwait(false);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.NotModified when kept is not null:
                logger.LogDebug("{Address} has not changed; the copy in the download cache is used.", address.Shown);
                return true;
            case HttpStatusCode.PartialContent when partTag is not null && answer.Content.Headers.ContentRange?.From == start:
                break;
            case HttpStatusCode.OK:
                start = 0;
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when partTag is not null:
                File.Delete(path + Part);
                return false;
            default:
                throw address.Refused(answer.StatusCode);
        }

        if (start + (answer.Content.Headers.ContentLength ?? 0) > Limits.MaximumSize)
        {
            throw TooLarge(address);
        }

        if (start == 0)
        {
            logger.LogInformation("Downloading {Address}", address.Shown);
        }

        var tag = answer.Headers.ETag;
        await ReceiveAsync(address, answer, path, start, tag is { IsWeak: false } ? tag.ToString() : null, cancellationToken).ConfigureAwait(false);
        File.Delete(path + Etag);
        File.Move(path + Part, path, overwrite: true);
        File.Delete(path + Part + Etag);
        if (tag is not null)
        {
            await File.WriteAllTextAsync(path + Size, LengthOf(path).ToString(CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(path + Etag, tag.ToString(), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task ReceiveAsync(DownloadAddress address, HttpResponseMessage answer, string path, long start, string? tag, CancellationToken cancellationToken)
    {
        File.Delete(path + Part + Etag);
        using var progress = Sink is null ? null : new ByteProgress(Sink, "download", parentId: null, $"Downloading {address.Shown}");
        var file = new FileStream(path + Part, start == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.Read);
        await using var closing = file.ConfigureAwait(false);
        if (tag is not null)
        {
            await File.WriteAllTextAsync(path + Part + Etag, tag, cancellationToken).ConfigureAwait(false);
        }

        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        var total = start;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            stall.CancelAfter(Limits.Stall);
            var count = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            if ((total += count) > Limits.MaximumSize)
            {
                throw TooLarge(address);
            }

            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            progress?.Report(total);
        }

        if (answer.Content.Headers.ContentLength is { } length && total != start + length)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"the download ended after {total} of {start + length} bytes");
        }
    }

    /// <summary>Sends the request, and follows where the server leads: to http and https only, and not from https to http.</summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpClient client, DownloadAddress address, string? kept, long start, string? partTag, CancellationToken cancellationToken)
    {
        var target = address.Request;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            if (start > 0)
            {
                request.Headers.Range = new RangeHeaderValue(start, null);
                request.Headers.IfRange = RangeConditionHeaderValue.Parse(partTag!);
            }
            else if (kept is not null)
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", kept);
            }

            if (address.Authorization is { } authorization && target.Authority == address.Request.Authority && target.Scheme == address.Request.Scheme)
            {
                request.Headers.Authorization = authorization;
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limits.Answer);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
            {
                if (answer.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
                {
                    var status = (int)answer.StatusCode;
                    answer.Dispose();
                    throw new HttpRequestException($"the server answered with HTTP status {status}");
                }

                return answer;
            }

            answer.Dispose();
            if (!Uri.TryCreate(target, location, out var next))
            {
                throw address.Invalid("the server redirects to what is not an address");
            }

            if (next.Scheme is not ("http" or "https") || (target.Scheme == "https" && next.Scheme == "http"))
            {
                throw address.Invalid($"the server redirects from {target.Scheme} to {next.Scheme}, which is not followed");
            }

            if (redirects == Limits.Redirects)
            {
                throw address.Invalid($"the server redirects more than {Limits.Redirects} times");
            }

            target = next;
        }
    }

    private static async Task CheckAsync(DownloadAddress address, string path, CancellationToken cancellationToken)
    {
        if (address.Sha256 is not null && await DigestOfAsync(path, cancellationToken).ConfigureAwait(false) is var actual && actual != address.Sha256)
        {
            File.Delete(path + Etag);
            File.Delete(path);
            throw address.Invalid($"its SHA-256 checksum is {actual}, not {address.Sha256}");
        }
    }

    private PackException TooLarge(DownloadAddress address) => address.Invalid($"it has more than {Limits.MaximumSize / (1024 * 1024)} MB");

    /// <summary>The ETag of the file that is kept, if that is whole: pack leaves an ETag beside a file that was cut.</summary>
    private static string? KeptTag(string path) =>
        Read(path + Size) == LengthOf(path).ToString(CultureInfo.InvariantCulture) && EntityTagHeaderValue.TryParse(Read(path + Etag), out var tag) ? tag.ToString() : null;

    private static string? Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= 1024 } ? File.ReadAllText(path).Trim() : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static async Task<string> DigestOfAsync(string path, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        await using var closing = file.ConfigureAwait(false);
        return OciDigest.Hex(OciDigest.FromHash(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>One process at a time downloads a file; another one waits for as long as that takes.</summary>
    private static bool IsNetwork(Exception exception) =>
        exception is HttpRequestException or HttpIOException or OperationCanceledException or System.Net.Sockets.SocketException
        || exception is IOException { InnerException: System.Net.Sockets.SocketException };

    private HttpClient Connect()
    {
        var proxy = EnvironmentProxy.Read(environment);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Limits.Connect, MaxResponseHeadersLength = 64, Proxy = proxy, UseProxy = proxy is not null,
        };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("buildpacks");
        return client;
    }
}

/// <summary>Bounds of downloads.</summary>
internal sealed record DownloadLimits
{
    /// <summary>How long a connection may take.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the beginning of an answer may take.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a transfer may stand still.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request that makes no progress is repeated.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The first pause before a repetition; it doubles each time.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How many redirects are followed.</summary>
    public int Redirects { get; init; } = 10;

    /// <summary>The largest file, in bytes.</summary>
    public long MaximumSize { get; init; } = 8L * 1024 * 1024 * 1024;
}
