using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Loopback;

/// <summary>An image that the registry of a build serves: manifest, config, and the data of few layers or of none.</summary>
/// <param name="Image">The image.</param>
internal sealed record LoopbackImage(SparseImage Image)
{
    /// <summary>The files of layers whose data is there, by digest. All other layers are said to be there and are not given out.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// A registry in this process, on 127.0.0.1, that lives for one build: a lifecycle that can export to no layout finds run image and previous
/// image there, and pushes the app image. It knows one user whose password is made for it, so the credentials of real registries stay in
/// this process. It has two repositories, <see cref="RunRepository"/> and <see cref="AppRepository"/>, and only the second one takes anything.
/// </summary>
internal sealed class LoopbackRegistry : IAsyncDisposable
{
    /// <summary>The repository of the run image.</summary>
    public const string RunRepository = "run";

    /// <summary>The repository of the previous image and of the app image.</summary>
    public const string AppRepository = "app";

    /// <summary>The tag of every image.</summary>
    public const string Tag = "latest";

    private const string User = "buildpacks";
    private const int SecretBytes = 32;
    private const string DigestHeader = "Docker-Content-Digest";

    private readonly IReadOnlyDictionary<string, LoopbackImage> _images;
    private readonly LoopbackBlobs _blobs;
    private readonly LoopbackServer _server;
    private readonly byte[] _authorization;
    private LoopbackExport? _export;

    /// <summary>Begins to serve.</summary>
    /// <param name="runImage">The run image.</param>
    /// <param name="previous">The previous image; <see langword="null"/> for none.</param>
    /// <param name="limits">How much is taken.</param>
    /// <param name="logger">Is told of requests.</param>
    public LoopbackRegistry(LoopbackImage runImage, LoopbackImage? previous, LoopbackLimits limits, ILogger logger)
    {
        var images = new Dictionary<string, LoopbackImage>(StringComparer.Ordinal) { [RunRepository] = runImage };
        if (previous is not null)
        {
            images[AppRepository] = previous;
        }

        _images = images;
        _blobs = new LoopbackBlobs(limits, TemporaryFile.Open);
        var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(SecretBytes)).ToLowerInvariant();
        Authorization = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{secret}"));
        _authorization = Encoding.ASCII.GetBytes(Authorization);
        _server = new LoopbackServer(AnswerAsync, limits, logger);
    }

    /// <summary>Address and port: <c>127.0.0.1:PORT</c>.</summary>
    public string Host => _server.Host;

    /// <summary>What a client has to send as its authorization.</summary>
    public string Authorization { get; }

    /// <summary>The value of <c>CNB_REGISTRY_AUTH</c>, by which a lifecycle logs in.</summary>
    public string LifecycleLogin => new JsonObject { [Host] = Authorization }.ToJsonString();

    /// <summary>The name of the run image.</summary>
    public string RunImage => RunImageAt(Host);

    /// <summary>The name of the previous image and of the app image.</summary>
    public string AppImage => AppImageAt(Host);

    /// <summary>The name of the run image in such a registry.</summary>
    /// <param name="host">Its address and port.</param>
    public static string RunImageAt(string host) => $"{host}/{RunRepository}:{Tag}";

    /// <summary>The name of the app image in such a registry.</summary>
    /// <param name="host">Its address and port.</param>
    public static string AppImageAt(string host) => $"{host}/{AppRepository}:{Tag}";

    /// <summary>Whether a client that knows the password was here: otherwise the containers of the engine do not reach this machine.</summary>
    public bool WasReached { get; private set; }

    /// <summary>The app image that was pushed; <see langword="null"/> before.</summary>
    public LoopbackExport? Export => Volatile.Read(ref _export);

    /// <summary>Why a blob could not be taken although its client did what it should; <see langword="null"/> for nothing.</summary>
    public Exception? Failure => _blobs.Failure;

    /// <summary>The uploads that have begun and not ended.</summary>
    internal int OpenUploads => _blobs.OpenUploads;

    /// <summary>The app image as an OCI layout with one folder above it: what has come in, without what was there before.</summary>
    /// <returns>A tar stream; several may be open at one time.</returns>
    public Stream OpenLayout()
    {
        var export = Export ?? throw new InvalidOperationException("no image was pushed");
        return new LayoutTarStream(LayoutFiles(export));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _blobs.Dispose();
    }

    private IEnumerable<(string Path, Stream Content)> LayoutFiles(LoopbackExport export)
    {
        // What describes the image comes first: a reader holds small files up to a certain sum only.
        yield return (LayoutPath.IndexFile, new MemoryStream(export.Index, writable: false));
        yield return (LayoutPath.Blob(export.Digest), new MemoryStream(export.Document.Content.ToArray(), writable: false));
        var config = export.Manifest.Config.Digest;
        yield return (LayoutPath.Blob(config), _blobs.Open(config) ?? Known(config)!);
        foreach (var layer in export.Manifest.Layers.Select(layer => layer.Digest).Distinct(StringComparer.Ordinal))
        {
            if (layer != config && _blobs.Open(layer) is { } content)
            {
                yield return (LayoutPath.Blob(layer), content);
            }
        }
    }

    private async Task<LoopbackAnswer> AnswerAsync(LoopbackRequest request, CancellationToken cancellationToken)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.GetValueOrDefault("Authorization", "")), _authorization))
        {
            var refusal = LoopbackAnswer.Refusal(401, "UNAUTHORIZED", "This registry is for one build only.");
            return refusal.With("WWW-Authenticate", $"Basic realm=\"{Host}\"") with { EndsConnection = true };
        }

        WasReached = true;
        return request.Path.Split('/') switch
        {
            ["", "v2"] or ["", "v2", ""] => LoopbackAnswer.Document(200, "application/json", "{}"u8.ToArray()),
            ["", "v2", RunRepository or AppRepository, "manifests", var reference] => await ManifestAsync(request, request.Path.Split('/')[2], reference, cancellationToken).ConfigureAwait(false),
            ["", "v2", AppRepository, "blobs", "uploads", ""] or ["", "v2", AppRepository, "blobs", "uploads"] => await BeginAsync(request, cancellationToken).ConfigureAwait(false),
            ["", "v2", AppRepository, "blobs", "uploads", var id] => await UploadAsync(request, id, cancellationToken).ConfigureAwait(false),
            ["", "v2", RunRepository or AppRepository, "blobs", var digest] => Blob(request, digest),
            _ => LoopbackAnswer.Refusal(404, "NAME_UNKNOWN", "There is nothing of this name."),
        };
    }

    private async Task<LoopbackAnswer> ManifestAsync(LoopbackRequest request, string repository, string reference, CancellationToken cancellationToken)
    {
        switch (request.Method)
        {
            case "GET" or "HEAD":
                var (mediaType, content) = repository == AppRepository && Export is { } export
                    ? (export.Document.Descriptor.MediaType, export.Document.Content)
                    : _images.TryGetValue(repository, out var image) ? (image.Image.MediaType, image.Image.Manifest) : ("", default);
                return mediaType.Length > 0 && (reference == Tag || reference == OciDigest.Of(content.Span))
                    ? LoopbackAnswer.Document(200, mediaType, content).With(DigestHeader, OciDigest.Of(content.Span))
                    : LoopbackAnswer.Refusal(404, "MANIFEST_UNKNOWN", "There is no such image.");
            case "PUT" when repository == AppRepository:
                return await PutAsync(request, reference, cancellationToken).ConfigureAwait(false);
            default:
                return NotAllowed();
        }
    }

    private async Task<LoopbackAnswer> PutAsync(LoopbackRequest request, string reference, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            content.Write(buffer, 0, count);
            if (content.Length > StoredManifest.MaximumSize)
            {
                throw new LoopbackRefusedException(413, "The manifest is too large.");
            }
        }

        LoopbackExport export;
        try
        {
            export = LoopbackExport.Read(content.ToArray(), request.Headers.GetValueOrDefault("Content-Type"));
        }
        catch (PackException failure)
        {
            return LoopbackAnswer.Refusal(400, "MANIFEST_INVALID", failure.Message);
        }

        if (reference != Tag && reference != export.Digest)
        {
            return LoopbackAnswer.Refusal(400, "MANIFEST_INVALID", "The image has one name, which is another one.");
        }

        if (export.Manifest.Layers.Select(layer => layer.Digest).FirstOrDefault(digest => !Has(digest)) is { } missing)
        {
            return LoopbackAnswer.Refusal(400, "MANIFEST_BLOB_UNKNOWN", $"The layer {missing} is not there.");
        }

        if (_blobs.SizeOf(export.Manifest.Config.Digest) is null && Known(export.Manifest.Config.Digest) is null)
        {
            return LoopbackAnswer.Refusal(400, "MANIFEST_BLOB_UNKNOWN", "The config is not there.");
        }

        Volatile.Write(ref _export, export);
        return Created($"/v2/{AppRepository}/manifests/{export.Digest}", export.Digest);
    }

    private LoopbackAnswer Blob(LoopbackRequest request, string digest)
    {
        if (request.Method is not ("GET" or "HEAD"))
        {
            return NotAllowed();
        }

        if (request.IsHead && _blobs.SizeOf(digest) is null && IsPresent(digest) is { } described)
        {
            return Content(new LoopbackAnswer(200) { Length = described.Size });
        }

        return (_blobs.Open(digest) ?? Known(digest)) is { } content
            ? Content(new LoopbackAnswer(200) { Content = content, Length = content.Length })
            : LoopbackAnswer.Refusal(404, "BLOB_UNKNOWN", "There is no such blob, or it is of an image whose layers are not given out.");

        LoopbackAnswer Content(LoopbackAnswer answer) => answer.With("Content-Type", "application/octet-stream").With(DigestHeader, digest);
    }

    /// <summary>Begins an upload, or says that there is none to do: layers of the run image and of the previous image are there.</summary>
    private async Task<LoopbackAnswer> BeginAsync(LoopbackRequest request, CancellationToken cancellationToken)
    {
        if (request.Method != "POST")
        {
            return NotAllowed();
        }

        if (request.Query.TryGetValue("mount", out var mounted) && Has(mounted))
        {
            return Created($"/v2/{AppRepository}/blobs/{mounted}", mounted);
        }

        if (_blobs.Begin() is not { } id)
        {
            return LoopbackAnswer.Refusal(429, "TOOMANYREQUESTS", "Too many uploads have begun.");
        }

        return request.Query.ContainsKey("digest")
            ? await UploadAsync(request with { Method = "PUT" }, id, cancellationToken).ConfigureAwait(false)
            : Accepted(id, 0);
    }

    private async Task<LoopbackAnswer> UploadAsync(LoopbackRequest request, string id, CancellationToken cancellationToken)
    {
        if (_blobs.LengthOf(id) is not { } length)
        {
            return Unknown();
        }

        switch (request.Method)
        {
            case "GET":
                return Accepted(id, length) with { Status = 204 };
            case "DELETE":
                _blobs.Cancel(id);
                return new LoopbackAnswer(204);
            case "PATCH" or "PUT" when !BeginsAt(request, length):
                return LoopbackAnswer.Refusal(416, "BLOB_UPLOAD_INVALID", "The bytes do not follow those that are there.");
            case "PATCH":
                return await _blobs.AppendAsync(id, request.Body, cancellationToken).ConfigureAwait(false) is { } patched ? Accepted(id, patched) : Unknown();
            case "PUT":
                var digest = request.Query.GetValueOrDefault("digest", "");
                return await _blobs.AppendAsync(id, request.Body, cancellationToken).ConfigureAwait(false) is null ? Unknown()
                    : await _blobs.CompleteAsync(id, digest).ConfigureAwait(false) ? Created($"/v2/{AppRepository}/blobs/{digest}", digest)
                    : LoopbackAnswer.Refusal(400, "DIGEST_INVALID", "The bytes do not have this digest.");
            default:
                return NotAllowed();
        }

        LoopbackAnswer Unknown() => LoopbackAnswer.Refusal(404, "BLOB_UPLOAD_UNKNOWN", "There is no such upload.");
    }

    private static bool BeginsAt(LoopbackRequest request, long length) =>
        !request.Headers.TryGetValue("Content-Range", out var range)
        || long.TryParse(range.Split('-')[0].Replace("bytes ", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var start) && start == length;

    /// <summary>Whether a blob is there, or is said to be.</summary>
    private bool Has(string digest) => _blobs.SizeOf(digest) is not null || IsPresent(digest) is not null;

    /// <summary>The layer or config of an image that is served; <see langword="null"/> when none has it.</summary>
    private OciDescriptor? IsPresent(string digest)
    {
        foreach (var image in _images.Values.Select(image => image.Image))
        {
            if (digest == image.ConfigDigest)
            {
                return new OciDescriptor { MediaType = MediaTypes.Config, Digest = digest, Size = image.Config.Length };
            }

            if (image.Layers.FirstOrDefault(layer => layer.Digest == digest) is { } layer)
            {
                return layer;
            }
        }

        return null;
    }

    /// <summary>The config, or a layer with data, of an image that is served.</summary>
    private Stream? Known(string digest)
    {
        foreach (var image in _images.Values)
        {
            if (digest == image.Image.ConfigDigest)
            {
                return new MemoryStream(image.Image.Config.ToArray(), writable: false);
            }

            if (image.Files.TryGetValue(digest, out var path))
            {
                try
                {
                    return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // The cache of layers may be emptied at any time.
                    return null;
                }
            }
        }

        return null;
    }

    private static LoopbackAnswer Created(string location, string digest) => new LoopbackAnswer(201).With("Location", location).With(DigestHeader, digest);

    private static LoopbackAnswer Accepted(string id, long length) => new LoopbackAnswer(202)
        .With("Location", $"/v2/{AppRepository}/blobs/uploads/{id}")
        .With("Docker-Upload-UUID", id)
        .With("Range", string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, length - 1)}"));

    private static LoopbackAnswer NotAllowed() => LoopbackAnswer.Refusal(405, "UNSUPPORTED", "This registry does not do that.");
}
