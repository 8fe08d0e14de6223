using System.Net;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Registries;

/// <summary>A registry on a loopback port, over plain HTTP unless it has a certificate, with its storage in a temporary folder.</summary>
public abstract class RegistryServer : IAsyncLifetime
{
    private TestFolder? _folder;
    private GuardedProcess? _server;

    /// <summary>The registry's host and port, as image names begin.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The registry's root.</summary>
    public Uri Url => new($"{(CertificateFiles is null ? "http" : "https")}://{Host}/");

    /// <summary>The folder that the registry keeps its repositories in.</summary>
    public string Storage => _folder!["storage"];

    /// <summary>Why the registry cannot be used here; <see langword="null"/> when it can.</summary>
    public string? Unavailable { get; private set; }

    /// <summary>The uploads that the registry knows and that have not ended.</summary>
    public IReadOnlyList<string> OpenUploads(string repository) =>
        Path.Combine(Storage, "docker/registry/v2/repositories", repository, "_uploads") is var folder && Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Where(upload => File.Exists(Path.Combine(upload, "startedat")))]
            : [];

    /// <summary>Lines of <c>name:bcrypt</c> for those who may enter; <see langword="null"/> lets everyone in.</summary>
    protected abstract string? PasswordFile { get; }

    /// <summary>The files of the registry's certificate and its key, for TLS; <see langword="null"/> for plain HTTP.</summary>
    protected virtual (string Certificate, string Key)? CertificateFiles => null;

    /// <summary>The programs that it takes.</summary>
    protected virtual IReadOnlyList<string> Tools => ["docker-registry"];

    /// <summary>More of the registry's configuration.</summary>
    protected virtual string MoreConfiguration => "";

    /// <summary>Skips the running test when the registry is missing; fails it with <c>CI=true</c>.</summary>
    public void Require() => Requirement.Meet(Unavailable);

    /// <summary>The full name of a repository here.</summary>
    public string Image(string repository) => $"{Host}/{repository}";

    /// <inheritdoc/>
    public virtual async Task InitializeAsync()
    {
        Unavailable = Tools.Select(tool => Requirement.MissingTool(tool)).FirstOrDefault(missing => missing is not null);
        if (Unavailable is not null)
        {
            return;
        }

        _folder = new TestFolder("registry");
        Host = $"127.0.0.1:{FreePort.Find()}";
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        _server = await GuardedProcess.StartAsync(
            "docker-registry", ["serve", Configuration(_folder)], _folder["registry.log"], () => AnswersAsync(client));
    }

    /// <inheritdoc/>
    public virtual async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder?.Dispose();
    }

    private string Configuration(TestFolder place)
    {
        var text = $"""
            version: 0.1
            log: {"{"} level: warn {"}"}
            storage:
              filesystem: {"{"} rootdirectory: {place.Folder("storage")} {"}"}
              delete: {"{"} enabled: true {"}"}
            http:
              addr: "{Host}"

            """;
        if (CertificateFiles is var (certificate, key))
        {
            text += $"  tls: {{ certificate: {certificate}, key: {key} }}\n";
        }

        text += MoreConfiguration;
        if (PasswordFile is not null)
        {
            text += $$"""
                auth:
                  htpasswd: { realm: tests, path: {{place.File("htpasswd", PasswordFile + "\n")}} }

                """;
        }

        return place.File("config.yml", text);
    }

    private async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(Url, "v2/"));
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
