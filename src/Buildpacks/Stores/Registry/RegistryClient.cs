using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// The requests of the OCI distribution specification 1.1 and of docker's registry API. Reading tries the mirrors of a registry first.
/// One client serves any number of registries and of callers at once.
/// </summary>
internal sealed class RegistryClient : IDisposable
{
    private const int PageSize = 1000;
    private const int LargestPage = 8 * 1024 * 1024;

    private static readonly string[] ManifestTypes =
        [MediaTypes.Manifest, MediaTypes.DockerManifest, MediaTypes.Index, MediaTypes.DockerManifestList];

    private readonly RegistryOptions _options;
    private readonly RegistryTransport _transport;

    /// <summary>Makes a client. Nothing is sent before the first request.</summary>
    public RegistryClient(RegistryOptions options)
    {
        _options = options;
        _transport = new RegistryTransport(options);
    }

    /// <summary>Gets a manifest or an index.</summary>
    /// <returns>The document, with a digest that fits the name's; <see langword="null"/> when there is none.</returns>
    public Task<StoredManifest?> GetManifestAsync(ImageReference name, CancellationToken cancellationToken) =>
        ReadAsync(name, async (endpoint, image) =>
        {
            var request = Request(HttpMethod.Get, "ManifestGet", image, "pull", $"manifests/{image.Digest ?? image.Tag}") with { Accept = ManifestTypes };
            using var answer = await SendAsync(endpoint, request, cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
            if (answer.Status == HttpStatusCode.NotFound)
            {
                return null;
            }

            var content = await DocumentAsync(endpoint, request, answer, StoredManifest.MaximumSize, cancellationToken).ConfigureAwait(false);
            var place = "registry " + endpoint.Registry;
            var actual = OciDigest.Of(content.Span);
            var expected = image.Digest ?? (answer.Header("Docker-Content-Digest") is { } said && OciDigest.IsValid(said) ? said : actual);
            return expected == actual
                ? StoredManifest.Read(content, answer.Message.Content.Headers.ContentType?.MediaType, place)
                : throw StoreErrors.DigestMismatch("the manifest " + image, place, expected, actual);
        });

    /// <summary>Gets the digest of a manifest or an index without its content: the cheapest way to learn whether a tag has moved.</summary>
    /// <returns>The digest, which the registry says and nobody verified; <see langword="null"/> when there is no such manifest.</returns>
    public Task<string?> HeadManifestAsync(ImageReference name, CancellationToken cancellationToken) =>
        ReadAsync(name, async (endpoint, image) =>
        {
            var request = Request(HttpMethod.Head, "ManifestHead", image, "pull", $"manifests/{image.Digest ?? image.Tag}") with { Accept = ManifestTypes };
            using var answer = await SendAsync(endpoint, request, cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
            if (answer.Status == HttpStatusCode.NotFound)
            {
                return null;
            }

            return answer.Header("Docker-Content-Digest") is { } digest && OciDigest.IsValid(digest)
                ? digest
                : (await GetManifestAsync(image, cancellationToken).ConfigureAwait(false))?.Descriptor.Digest;
        });

    /// <summary>Puts a manifest or an index under a tag, or under its digest when the name has no tag.</summary>
    public Task PutManifestAsync(ImageReference name, StoredManifest manifest, CancellationToken cancellationToken) =>
        TryPutManifestAsync(name, manifest, replaced: null, cancellationToken);

    /// <summary>Puts a manifest or an index in the place of another, on registries that understand If-Match.</summary>
    /// <param name="name">The name.</param>
    /// <param name="manifest">The document.</param>
    /// <param name="replaced">The digest of the document that the name has to have; <see langword="null"/> for any, or none.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>Whether it was put; not when the registry says that the name has another document.</returns>
    public async Task<bool> TryPutManifestAsync(ImageReference name, StoredManifest manifest, string? replaced, CancellationToken cancellationToken)
    {
        var digest = manifest.Descriptor.Digest;
        if (name.Digest is { } named && named != digest)
        {
            throw new ArgumentException($"the name has the digest {named} and the manifest {digest}", nameof(name));
        }

        var endpoint = _transport.Endpoint(name.Registry);
        var request = Request(HttpMethod.Put, "ManifestPut", name, "pull,push", $"manifests/{name.Tag ?? digest}") with
        {
            Content = () => new ReadOnlyMemoryContent(manifest.Content) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.Descriptor.MediaType) } },
            IfMatch = replaced,
        };
        bool knowsSubjects;
        HttpStatusCode[] refusals = replaced is null ? [] : [HttpStatusCode.PreconditionFailed];
        using (var answer = await SendAsync(endpoint, request, cancellationToken, refusals).ConfigureAwait(false))
        {
            if (answer.Status == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }

            if (answer.Header("Docker-Content-Digest") is { } said && OciDigest.IsValid(said) && said != digest)
            {
                throw StoreErrors.DigestMismatch("the manifest " + name, "registry " + name.Registry, digest, said);
            }

            knowsSubjects = answer.Header("OCI-Subject") is not null;
        }

        if (!knowsSubjects && Referrers.SubjectOf(manifest) is { } subject)
        {
            await AddReferrerAsync(name, subject, manifest, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Deletes a manifest by its digest, with all its tags; or a tag alone, when the name has no digest.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="PackException"><c>RegistryUnsupported</c>.</exception>
    public async Task<bool> DeleteManifestAsync(ImageReference name, CancellationToken cancellationToken)
    {
        var endpoint = _transport.Endpoint(name.Registry);
        var request = Request(HttpMethod.Delete, "ManifestDelete", name, "pull,push,delete", $"manifests/{name.Digest ?? name.Tag}");
        using var answer = await SendAsync(endpoint, request, cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed).ConfigureAwait(false);
        if (answer.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.BadRequest)
        {
            throw RegistryErrors.Unsupported(endpoint, request, await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false));
        }

        return answer.Status != HttpStatusCode.NotFound;
    }

    /// <summary>Whether a repository has a blob.</summary>
    public async Task<bool> HeadBlobAsync(ImageReference image, OciDescriptor blob, CancellationToken cancellationToken)
    {
        var endpoint = _transport.Endpoint(image.Registry);
        var request = Request(HttpMethod.Head, "BlobHead", image, "pull", $"blobs/{blob.Digest}");
        using var answer = await SendAsync(endpoint, request, cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);

        // Storage that lost a part of a blob still has its name.
        return answer.Status != HttpStatusCode.NotFound && (answer.Message.Content.Headers.ContentLength is not { } length || length == blob.Size);
    }

    /// <summary>Opens a blob, or a part of it. A connection that is cut is continued where it was.</summary>
    /// <param name="image">Names the repository.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="offset">The first byte that is wanted. Only a blob that is read from its beginning is verified.</param>
    /// <param name="length">How many bytes are wanted; <see langword="null"/> for all that follow.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The stream; <see langword="null"/> when there is no such blob.</returns>
    public Task<Stream?> OpenBlobAsync(ImageReference image, OciDescriptor blob, long offset, long? length, CancellationToken cancellationToken) =>
        ReadAsync<Stream>(image, async (endpoint, source) =>
        {
            var end = length is { } wanted ? Math.Min(offset + wanted, blob.Size) : blob.Size;
            var download = new BlobDownload(_transport, endpoint, Request(HttpMethod.Get, "BlobGet", source, "pull", $"blobs/{blob.Digest}"), blob, offset, end);
            try
            {
                if (!await download.OpenAsync(cancellationToken).ConfigureAwait(false))
                {
                    await download.DisposeAsync().ConfigureAwait(false);
                    return null;
                }
            }
            catch
            {
                await download.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            return offset == 0 && end == blob.Size ? new VerifyingStream(download, blob, "registry " + endpoint.Registry) : download;
        });

    /// <summary>Puts a blob into a repository: mounted from another repository of the registry when the source names one, else sent.</summary>
    /// <returns><see cref="BlobTransfer.Mounted"/> or <see cref="BlobTransfer.Sent"/>.</returns>
    public Task<BlobTransfer> PutBlobAsync(ImageReference image, BlobSource blob, IProgress<long>? progress, CancellationToken cancellationToken) =>
        new BlobUpload(_transport, _transport.Endpoint(image.Registry), image, blob, _options.ChunkSize, progress).RunAsync(cancellationToken);

    /// <summary>Tries the login at a registry, whose mirrors are not asked. Nothing is read, and nothing is left.</summary>
    /// <param name="image">Names the registry, and which login is used.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>Whether the registry asked for a login. It accepted the one that is known, or an anonymous one.</returns>
    /// <exception cref="PackException">It did not accept it, or it is not a registry.</exception>
    public async Task<bool> TryLoginAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var endpoint = _transport.Endpoint(image.Registry);
        var request = new RegistryRequest(HttpMethod.Get, "Ping", image) { Path = "v2/" };
        using var answer = await _transport.SendAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        return answer.Status switch
        {
            HttpStatusCode.OK => request.WasAsked,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                throw await RegistryErrors.OfAsync(endpoint, request, answer, cancellationToken).ConfigureAwait(false),
            _ => throw RegistryErrors.NotARegistry(endpoint, answer.Status),
        };
    }

    /// <summary>Tries whether an image can be read, and written, with the credential that is known. Nothing is left in the registry.</summary>
    /// <param name="image">The image; it need not exist.</param>
    /// <param name="push">Whether the right to write is tried, too.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>Whether the image exists.</returns>
    /// <exception cref="PackException">Why it cannot.</exception>
    public async Task<bool> TryRightsAsync(ImageReference image, bool push, CancellationToken cancellationToken)
    {
        var digest = await HeadManifestAsync(image, cancellationToken).ConfigureAwait(false);
        if (push)
        {
            // The upload of a blob that never comes: it is begun, and taken back.
            await new BlobUpload(_transport, _transport.Endpoint(image.Registry), image, BlobSource.OfBytes(MediaTypes.LayerTar, default), null, null)
                .TryBeginAsync(cancellationToken).ConfigureAwait(false);
        }

        return digest is not null;
    }

    /// <summary>Deletes a blob.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteBlobAsync(ImageReference image, string digest, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Delete, "BlobDelete", image, "pull,push,delete", $"blobs/{digest}");
        using var answer = await SendAsync(_transport.Endpoint(image.Registry), request, cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
        return answer.Status != HttpStatusCode.NotFound;
    }

    /// <summary>Lists the tags of a repository, page by page.</summary>
    /// <returns>The tags in ordinal order; <see langword="null"/> when there is no such repository.</returns>
    public Task<IReadOnlyList<string>?> ListTagsAsync(ImageReference image, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(image, async (endpoint, source) =>
        {
            var tags = new SortedSet<string>(StringComparer.Ordinal);
            var found = await PagesAsync(
                endpoint, Request(HttpMethod.Get, "TagList", source, "pull", $"tags/list?n={PageSize}"),
                root => tags.UnionWith(root.Member("tags").Texts()), cancellationToken).ConfigureAwait(false);
            return found ? [.. tags] : null;
        });

    /// <summary>Lists the manifests that refer to a manifest: signatures, SBOMs, attestations.</summary>
    /// <param name="image">The manifest, with a digest.</param>
    /// <param name="artifactType">The type that is wanted; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<IReadOnlyList<OciDescriptor>> ListReferrersAsync(ImageReference image, string? artifactType, CancellationToken cancellationToken)
    {
        var digest = image.Digest ?? throw new ArgumentException("referrers are listed by digest", nameof(image));
        var found = await ReadAsync<List<Referrer>>(image, async (endpoint, source) =>
        {
            var referrers = new List<Referrer>();
            var query = artifactType is null ? "" : "?artifactType=" + Uri.EscapeDataString(artifactType);
            var known = await PagesAsync(
                endpoint, Request(HttpMethod.Get, "ReferrerList", source, "pull", $"referrers/{digest}{query}") with { Accept = [MediaTypes.Index] },
                root => referrers.AddRange(Referrers.Read(root)), cancellationToken).ConfigureAwait(false);
            return known ? referrers : null;
        }).ConfigureAwait(false);
        if (found is null && await GetManifestAsync(image.WithTag(Referrers.TagOf(digest)), cancellationToken).ConfigureAwait(false) is { IsIndex: true } index)
        {
            found = Referrers.Read(index);
        }

        return [.. (found ?? []).Where(referrer => artifactType is null || referrer.ArtifactType == artifactType).Select(referrer => referrer.Descriptor)];
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    /// <summary>A request about a repository.</summary>
    internal static RegistryRequest Request(HttpMethod method, string operation, ImageReference image, string rights, string path) =>
        new(method, operation, image) { Path = $"v2/{image.Repository}/{path}", Scopes = [$"repository:{image.Repository}:{rights}"] };

    /// <summary>Reads from the mirrors of a registry, then from the registry: a mirror without the thing, or one that fails, is passed over.</summary>
    private async Task<T?> ReadAsync<T>(ImageReference name, Func<RegistryEndpoint, ImageReference, Task<T?>> read)
        where T : class
    {
        var sources = _options.Locations.Sources(name);
        foreach (var source in sources.SkipLast(1))
        {
            var endpoint = _transport.Endpoint(source.Registry);
            try
            {
                if (!endpoint.IsGivenUp && await read(endpoint, source).ConfigureAwait(false) is { } found)
                {
                    return found;
                }
            }
            catch (PackException exception)
            {
                endpoint.IsGivenUp = exception.Kind == PackErrorKind.Unreachable;
            }
        }

        return await read(_transport.Endpoint(sources[^1].Registry), sources[^1]).ConfigureAwait(false);
    }

    private async Task<RegistryAnswer> SendAsync(
        RegistryEndpoint endpoint, RegistryRequest request, CancellationToken cancellationToken, params HttpStatusCode[] allowed)
    {
        var answer = await _transport.SendAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        if (answer.Message.IsSuccessStatusCode || allowed.Contains(answer.Status))
        {
            return answer;
        }

        using (answer)
        {
            throw await RegistryErrors.OfAsync(endpoint, request, answer, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> DocumentAsync(
        RegistryEndpoint endpoint, RegistryRequest request, RegistryAnswer answer, int largest, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.ReadDocumentAsync(largest, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw RegistryErrors.Unexpected(endpoint, request, exception.Message, exception);
        }
        catch (Exception exception) when (RegistryTransport.IsNetwork(exception))
        {
            throw RegistryErrors.Unreachable(endpoint, request, exception);
        }
    }

    /// <summary>Reads a list of pages, each of which names the next.</summary>
    /// <returns>Whether there is such a list.</returns>
    private async Task<bool> PagesAsync(RegistryEndpoint endpoint, RegistryRequest first, Action<JsonElement> take, CancellationToken cancellationToken)
    {
        var seen = new HashSet<Uri>();
        var request = first;
        while (true)
        {
            using var answer = await SendAsync(endpoint, request, cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
            if (answer.Status == HttpStatusCode.NotFound)
            {
                return seen.Count > 0;
            }

            var content = await DocumentAsync(endpoint, request, answer, LargestPage, cancellationToken).ConfigureAwait(false);
            try
            {
                using var document = JsonDocument.Parse(content);
                take(document.RootElement);
            }
            catch (JsonException exception)
            {
                throw RegistryErrors.Unexpected(endpoint, request, "its list is not JSON", exception);
            }

            if (PageLink.Next(answer) is not { } next)
            {
                return true;
            }

            // A page of another host would be asked with this registry's login.
            if (!endpoint.IsOwn(next) || !seen.Add(next) || seen.Count > _transport.Limits.Pages)
            {
                throw RegistryErrors.Unexpected(endpoint, request, "its list is too long, or continues at another host");
            }

            request = first with { Address = next };
        }
    }

    /// <summary>Adds to the index that stands for the list of referrers where a registry has none. Two that do it at once lose one entry.</summary>
    private async Task AddReferrerAsync(ImageReference name, string subject, StoredManifest referrer, CancellationToken cancellationToken)
    {
        var tag = name.WithTag(Referrers.TagOf(subject));
        var before = await GetManifestAsync(tag, cancellationToken).ConfigureAwait(false);
        if (Referrers.Add(before, Referrers.Describe(referrer), Referrers.ArtifactTypeOf(referrer)) is { } index)
        {
            await PutManifestAsync(tag, index, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>The header that names the next page of a list.</summary>
internal static class PageLink
{
    /// <summary>The address of the next page.</summary>
    /// <returns><see langword="null"/> for the last page.</returns>
    public static Uri? Next(RegistryAnswer answer)
    {
        foreach (var link in answer.Message.Headers.TryGetValues("Link", out var values) ? values : [])
        {
            var (open, close) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
            if (open >= 0 && close > open && link.AsSpan(close).Contains("next", StringComparison.OrdinalIgnoreCase)
                && Uri.TryCreate(answer.Address, link[(open + 1)..close], out var next))
            {
                return next;
            }
        }

        return null;
    }
}
