using System.Net.Http.Headers;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text;
using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// Tries a login at a registry as the OCI distribution specification has it: its root is asked for, and if it wants to know who asks,
/// it is told, at once or through the token server that it names.
/// </summary>
internal static partial class RegistryLogin
{
    private const string DockerHub = "docker.io";
    private const string DockerHubAddress = "registry-1.docker.io";

    /// <summary>Tries.</summary>
    /// <param name="registry">The registry's host, with its port if it has one.</param>
    /// <param name="credential">The login; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="PackException"><c>RegistryUnreachable</c>: what is there does not answer, or not as a registry does.</exception>
    public static async Task<RegistryLoginOutcome> TryAsync(string registry, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        try
        {
            using var answer = await OpenAsync(client, registry, cancellationToken).ConfigureAwait(false);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => RegistryLoginOutcome.Open,
                HttpStatusCode.Unauthorized when credential is null => RegistryLoginOutcome.Refused,
                HttpStatusCode.Unauthorized => await LogInAsync(client, answer, credential, cancellationToken).ConfigureAwait(false)
                    ? RegistryLoginOutcome.Accepted
                    : RegistryLoginOutcome.Refused,
                _ => throw Unreachable(registry, $"it answers {(int)answer.StatusCode}, which is not a valid answer of a registry"),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw Unreachable(registry, exception.InnerException?.Message ?? exception.Message, exception);
        }
    }

    /// <summary>Asks for the registry's root; one on this machine may speak plain HTTP, as engines allow.</summary>
    private static async Task<HttpResponseMessage> OpenAsync(HttpClient client, string registry, CancellationToken cancellationToken)
    {
        var host = registry == DockerHub ? DockerHubAddress : registry;
        try
        {
            return await client.GetAsync(new Uri($"https://{host}/v2/"), cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException) when (new Uri($"http://{host}/").IsLoopback)
        {
            return await client.GetAsync(new Uri($"http://{host}/v2/"), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<bool> LogInAsync(
        HttpClient client, HttpResponseMessage challenge, RegistryCredential credential, CancellationToken cancellationToken)
    {
        var root = challenge.RequestMessage!.RequestUri!;
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
        var bearer = challenge.Headers.WwwAuthenticate.FirstOrDefault(header => header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase));
        if (bearer is null)
        {
            return await AcceptsAsync(client, root, basic, cancellationToken).ConfigureAwait(false);
        }

        var token = await FetchTokenAsync(client, root, bearer.Parameter ?? "", basic, cancellationToken).ConfigureAwait(false);
        return token is not null
            && await AcceptsAsync(client, root, new AuthenticationHeaderValue("Bearer", token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the token server that a registry names.</summary>
    /// <returns>The token; <see langword="null"/> when it gives none for this login.</returns>
    private static async Task<string?> FetchTokenAsync(
        HttpClient client, Uri root, string challenge, AuthenticationHeaderValue basic, CancellationToken cancellationToken)
    {
        var parameters = Parameter().Matches(challenge).ToDictionary(
            match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.OrdinalIgnoreCase);

        // A password that came to the registry under TLS does not leave for its token server without.
        if (!Uri.TryCreate(parameters.GetValueOrDefault("realm"), UriKind.Absolute, out var realm)
            || (realm.Scheme != Uri.UriSchemeHttps && root.Scheme == Uri.UriSchemeHttps))
        {
            throw new HttpRequestException($"its token server '{realm}' cannot be used");
        }

        var query = parameters.TryGetValue("service", out var service) ? $"?service={Uri.EscapeDataString(service)}" : "";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(realm, query)) { Headers = { Authorization = basic } };
        using var answer = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        var content = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var document = await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken).ConfigureAwait(false);
        return document.RootElement.Member("token").Text() ?? document.RootElement.Member("access_token").Text();
    }

    private static async Task<bool> AcceptsAsync(
        HttpClient client, Uri root, AuthenticationHeaderValue authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, root) { Headers = { Authorization = authorization } };
        using var answer = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode;
    }

    private static PackException Unreachable(string registry, string why, Exception? cause = null) =>
        new(PackErrorIds.RegistryUnreachable, PackErrorKind.Unreachable, $"The registry {registry} cannot be reached from this machine: {why}", cause)
        {
            Target = registry,
            RecommendedAction = "Check the name, the network and HTTPS_PROXY. The engine's machine may reach registries that this machine cannot reach.",
        };

    [GeneratedRegex("""(\w+)="([^"]*)""")]
    private static partial Regex Parameter();
}

/// <summary>What a registry says to a login.</summary>
internal enum RegistryLoginOutcome
{
    /// <summary>It asks for none.</summary>
    Open,

    /// <summary>It takes it.</summary>
    Accepted,

    /// <summary>It does not take it, or wants one and got none.</summary>
    Refused,
}
