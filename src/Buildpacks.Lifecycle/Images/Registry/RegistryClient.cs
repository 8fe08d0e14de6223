using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Images.Http;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Registry;

/// <summary>The few requests of the distribution specification that a lifecycle needs, to a registry of this machine: HTTP without TLS.</summary>
/// <param name="connection">The way to the registry; closed with this.</param>
internal sealed class RegistryClient(HttpConnection connection) : IDisposable
{
    private const int NotFound = 404;
    private const int LargestDocument = 32 << 20;

    /// <summary>Reaches the registry of an image.</summary>
    /// <exception cref="LifecycleException">It is on another machine: exit code 3.</exception>
    public static RegistryClient For(ImageReference image, IReadOnlyDictionary<string, string> logins) =>
        IPEndPoint.TryParse(image.Registry, out var address) && IPAddress.IsLoopback(address.Address)
            ? new RegistryClient(HttpConnection.To(address, logins.GetValueOrDefault(image.Registry)))
            : throw new LifecycleException(
                ExitCodes.InvalidArguments,
                $"failed to resolve inputs: the image '{image}' is in a registry, and this lifecycle talks to registries of this machine only, such as 127.0.0.1:5000; "
                + "give -layout and -layout-dir, or -daemon");

    /// <summary>Reads a manifest; <see langword="null"/> when there is none.</summary>
    public async Task<byte[]?> GetManifestAsync(ImageReference image, CancellationToken cancellationToken)
    {
        await using var answer = await connection.SendAsync("GET", $"v2/{image.Repository}/manifests/{image.Digest ?? image.Tag}", null, cancellationToken);
        return await ReadAsync(answer, $"answer for '{image}'", cancellationToken);
    }

    /// <summary>Reads a config.</summary>
    public async Task<T> GetDocumentAsync<T>(ImageReference image, string digest, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await using var answer = await connection.SendAsync("GET", BlobPath(image, digest), null, cancellationToken);
        var content = await ReadAsync(answer, $"give out {digest}", cancellationToken) ?? throw new InvalidDataException($"the registry has no blob {digest}");
        return Sha256.DigestOf(content) == digest
            ? Parse(content, type)
            : throw new InvalidDataException($"the registry's blob {digest} has other content");
    }

    /// <summary>Reads a layer; <see langword="false"/> when its data is not there.</summary>
    public async Task<bool> TryReadBlobAsync(ImageReference image, string digest, Stream destination, CancellationToken cancellationToken)
    {
        await using var answer = await connection.SendAsync("GET", BlobPath(image, digest), null, cancellationToken);
        if (answer.Status == NotFound)
        {
            return false;
        }

        await CheckAsync(answer, $"give out {digest}", cancellationToken);
        await answer.Body.CopyToAsync(destination, cancellationToken);
        return true;
    }

    /// <summary>Whether a blob is in an image's repository, or can be had from another repository of the registry.</summary>
    public async Task<bool> HasBlobAsync(ImageReference image, string digest, string? from, CancellationToken cancellationToken)
    {
        await using (var answer = await connection.SendAsync("HEAD", BlobPath(image, digest), null, cancellationToken))
        {
            if (answer.IsSuccess || from is null)
            {
                return answer.IsSuccess;
            }
        }

        await using var mounted = await connection.SendAsync(
            "POST", $"v2/{image.Repository}/blobs/uploads/?mount={digest}&from={Uri.EscapeDataString(from)}", null, cancellationToken);
        return mounted.Status == 201;
    }

    /// <summary>Sends a blob.</summary>
    public async Task PutBlobAsync(ImageReference image, string digest, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        string location;
        await using (var begun = await connection.SendAsync("POST", $"v2/{image.Repository}/blobs/uploads/", null, cancellationToken))
        {
            await CheckAsync(begun, "begin an upload", cancellationToken);
            location = begun.Header("Location") ?? throw new IOException("the registry does not say where an upload goes");
        }

        // A registry names the upload by a path or by an address of its own.
        var path = Uri.TryCreate(location, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp ? address.PathAndQuery : location;
        await using var answer = await connection.SendAsync(
            "PUT", $"{path.TrimStart('/')}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={Uri.EscapeDataString(digest)}", write, cancellationToken, "application/octet-stream");
        await CheckAsync(answer, $"take {digest}", cancellationToken);
    }

    /// <summary>Gives an image its name.</summary>
    public async Task PutManifestAsync(ImageReference image, byte[] content, CancellationToken cancellationToken)
    {
        await using var answer = await connection.SendAsync(
            "PUT", $"v2/{image.Repository}/manifests/{image.Tag}", body => body.WriteAsync(content, cancellationToken).AsTask(), cancellationToken, MediaTypes.Manifest);
        await CheckAsync(answer, $"take the image '{image}'", cancellationToken);
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="InvalidDataException">It is not what it should be.</exception>
    public static T Parse<T>(byte[] content, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new InvalidDataException("the registry's answer is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the registry's answer is not valid: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private static string BlobPath(ImageReference image, string digest) => $"v2/{image.Repository}/blobs/{digest}";

    private static async Task<byte[]?> ReadAsync(HttpAnswer answer, string action, CancellationToken cancellationToken)
    {
        if (answer.Status == NotFound)
        {
            return null;
        }

        await CheckAsync(answer, action, cancellationToken);
        var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await answer.Body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            content.Write(buffer, 0, count);
            if (content.Length > LargestDocument)
            {
                throw new InvalidDataException($"the registry could not {action}: the answer is larger than a manifest or config can be");
            }
        }

        return content.ToArray();
    }

    private static async Task CheckAsync(HttpAnswer answer, string action, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccess)
        {
            throw new IOException($"the registry could not {action}: {(await answer.ReadTextAsync(cancellationToken)).Trim()} ({answer.Status})");
        }
    }
}
