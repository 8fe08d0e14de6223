using System.Net;
using System.Net.Sockets;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>The failures of registries, each with the registry, the repository and what to do. Login problems are told apart.</summary>
internal static class RegistryErrors
{
    /// <summary>The registry wants a login, and no credential is known.</summary>
    /// <param name="endpoint">The registry.</param>
    /// <param name="image">The image.</param>
    /// <param name="unreadable">Files in which there may be a credential, and which cannot be read.</param>
    /// <param name="words">What the registry said.</param>
    public static PackException LoginMissing(RegistryEndpoint endpoint, ImageReference image, IReadOnlyList<string> unreadable, string words = "") =>
        new(PackErrorIds.RegistryLoginMissing, PackErrorKind.Unauthorized,
            $"The registry {endpoint.Registry} requires a login for {image.Repository}, and no credential was found{Said(words)}. "
            + (unreadable.Count > 0 ? $"{string.Join(" and ", unreadable)} cannot be read." : "A public repository with this name may not exist."))
        {
            Target = image.Name,
            RecommendedAction = $"{(unreadable.Count > 0 ? "Correct the file, or log" : "Log")} in with 'podman login {endpoint.Registry}' or 'docker login {endpoint.Registry}', specify -Credential, or set CNB_REGISTRY_AUTH.",
        };

    /// <summary>The registry does not take the credential.</summary>
    public static PackException LoginRefused(RegistryEndpoint endpoint, ImageReference image, string words) =>
        new(PackErrorIds.RegistryLoginRefused, PackErrorKind.Unauthorized, $"The registry {endpoint.Registry} does not accept the credential for {image.Repository}{Said(words)}.")
        {
            Target = image.Name,
            RecommendedAction = $"The user name or password is wrong. Correct -Credential or CNB_REGISTRY_AUTH, if one of them is used; else log in again with 'podman login {endpoint.Registry}' or 'docker login {endpoint.Registry}'.",
        };

    /// <summary>The credential is accepted and has no right to the repository.</summary>
    public static PackException AccessDenied(RegistryEndpoint endpoint, RegistryRequest request, string words) =>
        new(PackErrorIds.RegistryAccessDenied, PackErrorKind.Unauthorized,
            $"The registry {endpoint.Registry} does not allow {Right(request)} for {request.Image.Repository} with this credential{Said(words)}.")
        {
            Target = request.Image.Name,
            RecommendedAction = $"Check the name of the repository, and ask its owner for the permission to {Right(request)}, or log in as another user.",
        };

    /// <summary>A token that was given, or that the token server has just made, is not accepted.</summary>
    public static PackException TokenExpired(RegistryEndpoint endpoint, ImageReference image, string words) =>
        new(PackErrorIds.RegistryTokenExpired, PackErrorKind.Unauthorized, $"The registry {endpoint.Registry} does not accept the token for {image.Repository}: it has expired or is not valid{Said(words)}.")
        {
            Target = image.Name,
            RecommendedAction = $"Log in again with 'docker login {endpoint.Registry}', or set a new token in CNB_REGISTRY_AUTH. If the login is new, check the clocks of this machine, the registry and its token server.",
        };

    /// <summary>A token server that gets no credential.</summary>
    public static PackException RealmRefused(RegistryEndpoint endpoint, string realm, string problem) =>
        new(PackErrorIds.RegistryRealmUntrusted, PackErrorKind.Unauthorized,
            $"The registry {endpoint.Registry} requests the credential at '{StoreErrors.Quote(realm)}', which is not trusted: {problem}.")
        {
            Target = endpoint.Registry,
            RecommendedAction = "Ask the registry's operator whether this is its token server.",
        };

    /// <summary>A certificate that is not valid.</summary>
    public static PackException CertificateRefused(RegistryEndpoint endpoint, RegistryRequest request, string problem, Exception cause) =>
        new(PackErrorIds.RegistryCertificateRefused, PackErrorKind.Unreachable, $"The registry {endpoint.Registry} is not trusted: {problem}.", cause)
        {
            Target = request.Image.Name,
            RecommendedAction = $"Put the certificate of its authority into /etc/containers/certs.d/{endpoint.Registry}/ca.crt, or configure the registry as insecure.",
        };

    /// <summary>A registry that does not answer.</summary>
    public static PackException Unreachable(RegistryEndpoint endpoint, RegistryRequest request, Exception cause) =>
        new(PackErrorIds.RegistryUnreachable, PackErrorKind.Unreachable, $"The registry {endpoint.Registry} cannot be reached: {Reason(cause)}.", cause)
        {
            Target = request.Image.Name,
            RecommendedAction = endpoint.Registry == "localhost"
                ? $"'{request.Image.Name}' is the name of an image in an engine of this machine. Use a name with a registry; -RunImage specifies the run image of a build."
                : "Check the name of the registry, the network, and the proxy in HTTPS_PROXY and NO_PROXY.",
        };

    /// <summary>An answer that a registry does not give.</summary>
    public static PackException Unexpected(RegistryEndpoint endpoint, RegistryRequest request, string problem, Exception? cause = null) =>
        new(PackErrorIds.RegistryAnswerInvalid, PackErrorKind.Failed, $"The registry {endpoint.Registry} sent an invalid answer for {request.Image.Repository}: {problem}.", cause)
        {
            Target = request.Image.Name,
            RecommendedAction = "Check the name of the registry, and the proxies between this machine and the registry.",
        };

    /// <summary>A server that does not know the API of registries.</summary>
    public static PackException NotARegistry(RegistryEndpoint endpoint, HttpStatusCode status) =>
        new(PackErrorIds.RegistryAnswerInvalid, PackErrorKind.Failed, $"{endpoint.Registry} answers {(int)status}, which is not a valid answer of a registry.")
        {
            Target = endpoint.Registry,
            RecommendedAction = "Check the name of the registry, and the proxies between this machine and the registry.",
        };

    /// <summary>An upload of a stream that cannot go on: the stream has gone on meanwhile.</summary>
    public static PackException UploadCut(RegistryEndpoint endpoint, ImageReference image, OciDescriptor blob) =>
        new(PackErrorIds.RegistryUploadCut, PackErrorKind.Unreachable, $"The registry {endpoint.Registry} lost the upload of the blob {blob.Digest} to {image.Repository}.")
        {
            Target = image.Name,
            RecommendedAction = "Try again. If it fails again, check the registry's log and the proxies between this machine and the registry.",
        };

    /// <summary>Something that a registry does not do.</summary>
    public static PackException Unsupported(RegistryEndpoint endpoint, RegistryRequest request, string words) =>
        new(PackErrorIds.RegistryUnsupported, PackErrorKind.Unsupported, $"The registry {endpoint.Registry} does not support {request.Operation} for {request.Image.Repository}{Said(words)}.")
        {
            Target = request.Image.Name,
            RecommendedAction = "The registry's configuration may allow it.",
        };

    /// <summary>A failure from an answer's status.</summary>
    public static async Task<PackException> OfAsync(RegistryEndpoint endpoint, RegistryRequest request, RegistryAnswer answer, CancellationToken cancellationToken) =>
        Failed(endpoint, request, answer, await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>A failure from an answer's status.</summary>
    public static PackException Failed(RegistryEndpoint endpoint, RegistryRequest request, RegistryAnswer answer, string words)
    {
        var what = $"The registry {endpoint.Registry} answered {(int)answer.Status} to {request.Operation} for {request.Image.Repository}{Said(words)}.";
        return answer.Status switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => AccessDenied(endpoint, request, words),
            HttpStatusCode.NotFound => New(PackErrorIds.RegistryNotFound, PackErrorKind.NotFound, "Check the name of the repository."),
            HttpStatusCode.TooManyRequests => New(PackErrorIds.RegistryLimitReached, PackErrorKind.Failed, Wait("The registry limits the number of requests; a login may have a higher limit.")),
            HttpStatusCode.ServiceUnavailable => New(PackErrorIds.RegistryUnavailable, PackErrorKind.Unreachable, Wait("Try again later.")),
            HttpStatusCode.RequestEntityTooLarge => New(PackErrorIds.RegistryTooLarge, PackErrorKind.Failed, "The registry, or a proxy in front of it, limits the size of a request. Raise that limit."),
            HttpStatusCode.InsufficientStorage => New(PackErrorIds.NoSpace, PackErrorKind.NoSpace, "Free space in the registry."),
            HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => New(PackErrorIds.RegistryUnsupported, PackErrorKind.Unsupported, "The registry does not support this. Its configuration may allow it."),
            _ => New(PackErrorIds.RegistryFailed, PackErrorKind.Failed, "Try again later. If it fails again, check the registry's log."),
        };

        PackException New(string id, PackErrorKind kind, string action) =>
            new(id, kind, what) { Target = request.Image.Name, Status = (int)answer.Status, RecommendedAction = action };

        string Wait(string otherwise) => answer.RetryAfter is { } wait ? FormattableString.Invariant($"Try again in {Math.Ceiling(wait.TotalSeconds)} s.") : otherwise;
    }

    private static string Right(RegistryRequest request) => request.Scopes.Any(scope => scope.Contains("delete", StringComparison.Ordinal)) ? "delete"
        : request.Scopes.Any(scope => scope.Contains("push", StringComparison.Ordinal)) ? "push"
        : "pull";

    private static string Said(string words) => words.Length == 0 ? "" : $" ({words.TrimEnd('.')})";

    private static string Reason(Exception cause) => cause switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known",
        HttpRequestException { InnerException: SocketException socket } => Words(socket),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy refuses the connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection ended before the answer",
        HttpRequestException { InnerException: { } inner } => Words(inner),
        _ => Words(cause),
    };

    private static string Words(Exception exception) => StoreErrors.Quote(exception.Message).TrimEnd('.');
}
