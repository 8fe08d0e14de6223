using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Docker.DotNet;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>An engine that has answered.</summary>
/// <param name="Client">Docker.DotNet's client.</param>
/// <param name="Http">For the few requests that Docker.DotNet does not make as they are needed here.</param>
/// <param name="ApiVersion">The version agreed on.</param>
/// <param name="EngineApiVersion">The newest version that the engine speaks.</param>
internal sealed record DockerSession(DockerClient Client, HttpClient Http, Version ApiVersion, Version EngineApiVersion)
{
    /// <summary>Asks for something and reads the answer.</summary>
    /// <exception cref="DockerApiException">The engine refused.</exception>
    /// <exception cref="JsonException">The answer is not what was asked for.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, upgrade: false, cancellationToken).ConfigureAwait(false);
        return await answer.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false)
            ?? throw new JsonException("the answer is null");
    }

    /// <summary>Sends a request and returns when the answer's headers are there.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path below the version, escaped.</param>
    /// <param name="upgrade">Whether the connection becomes a raw stream.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="DockerApiException">The engine refused.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, bool upgrade, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"v{ApiVersion}/{path}", UriKind.Relative));
        if (upgrade)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("tcp");
        }

        var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode || answer.StatusCode is System.Net.HttpStatusCode.SwitchingProtocols)
        {
            return answer;
        }

        using (answer)
        {
            throw new DockerApiException(
                answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
    }
}
