using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Buildpacks.Engines;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Diagnosis;

/// <summary>Logins at real registries.</summary>
public sealed class RegistryLoginTests(RegistryFixture closed, OpenRegistryFixture open)
    : IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>, IDisposable
{
    private readonly Checkup _checkup = new();

    public void Dispose() => _checkup.Dispose();

    [SkippableFact]
    public async Task A_valid_login()
    {
        closed.Require();
        Keep(closed.Credential);

        var check = await RunAsync(closed.Host);

        Assert.Equal((PackEngineCheckResult.Passed, $"{closed.Host} accepts the login of tester."), (check.Result, check.Evidence));
    }

    [SkippableFact]
    public async Task An_invalid_login()
    {
        closed.Require();
        Keep(closed.WrongCredential);

        var check = await RunAsync(closed.Host);

        Assert.Equal((PackEngineCheckResult.Failed, $"{closed.Host} does not accept the login of tester."), (check.Result, check.Evidence));
        Assert.DoesNotContain(closed.WrongCredential.Password, check.ToString(), StringComparison.Ordinal);
        Assert.Contains($"podman login {closed.Host}", check.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_required_login_that_is_not_saved()
    {
        closed.Require();

        var check = await RunAsync(closed.Host);

        Assert.Equal((PackEngineCheckResult.Failed, $"{closed.Host} requires a login, and no login for it is saved."), (check.Result, check.Evidence));
    }

    [SkippableFact]
    public async Task A_registry_without_login()
    {
        open.Require();

        var check = await RunAsync(open.Host);

        Assert.Equal((PackEngineCheckResult.Passed, $"{open.Host} answers without a login."), (check.Result, check.Evidence));
    }

    [Theory]
    [InlineData("127.0.0.1:1", "cannot be reached")]
    [InlineData("no/such registry", "is not the name of a registry")]
    [InlineData("word", "is not the name of a registry")]
    public async Task A_server_or_name_that_is_not_a_registry(string name, string evidence)
    {
        var check = await RunAsync(name);

        Assert.Equal(PackEngineCheckResult.Failed, check.Result);
        Assert.Contains(evidence, check.Evidence, StringComparison.Ordinal);
        Assert.NotNull(check.Remedy);
    }

    [SkippableFact]
    public async Task The_rights_to_an_image_are_tried_and_nothing_is_left()
    {
        closed.Require();
        Keep(closed.Credential);

        var check = await RunAsync($"{closed.Host}/team/web:latest");
        var anonymous = await RunAsync($"{open.Host}/team/web:latest");

        Assert.Equal((PackEngineCheckResult.Passed, $"{closed.Host} allows to pull and push team/web with the login of tester."), (check.Result, check.Evidence));
        Assert.Equal((PackEngineCheckResult.Passed, $"{open.Host} allows to pull and push team/web without a login."), (anonymous.Result, anonymous.Evidence));
        Assert.Empty(closed.OpenUploads("team/web"));
        Assert.Empty(open.OpenUploads("team/web"));
    }

    [Theory]
    [InlineData(401, "Bearer realm=\"{0}token\",error=\"invalid_token\"", "registrytoken", "does not accept the saved token: the token has expired or is not valid.")]
    [InlineData(401, "Basic realm=\"x\"", "auth", "does not accept the login of tester.")]
    [InlineData(403, "", "auth", "does not allow pull")]
    [InlineData(404, "", "auth", "answers 404, which is not a valid answer of a registry.")]
    public async Task Refusals_are_told_apart(int status, string challenge, string kind, string evidence)
    {
        using var listener = new HttpListener();
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            listener.Prefixes.Add($"http://{probe.LocalEndpoint}/");
        }

        var address = listener.Prefixes.Single();
        var host = new Uri(address).Authority;
        listener.Start();
        var serving = ServeAsync(listener, status, string.Format(CultureInfo.InvariantCulture, challenge, address));
        var value = kind == "auth" ? Convert.ToBase64String("tester:an-old-word"u8) : "an-old-word";
        File.WriteAllText(_checkup.Logins, $$$"""{ "auths": { "{{{host}}}": { "{{{kind}}}": "{{{value}}}" } } }""");

        var check = await RunAsync(host);

        listener.Stop();
        await serving;
        Assert.Equal(PackEngineCheckResult.Failed, check.Result);
        Assert.Contains(evidence, check.Evidence, StringComparison.Ordinal);
        Assert.NotNull(check.Remedy);
        Assert.DoesNotContain("an-old-word", check.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saved_logins_are_listed_and_not_used()
    {
        File.WriteAllText(_checkup.Logins, """{"auths":{"https://index.docker.io/v1/":{"auth":"c2VjcmV0"},"example.org":{}},"credHelpers":{"cloud.example":"gone"}}""");

        var check = await RunAsync();

        Assert.Equal((PackEngineCheckResult.Passed, "Logins are saved for cloud.example, docker.io, example.org; use -Registry NAME to check one."), (check.Result, check.Evidence));
    }

    /// <summary>A server that gives each request the same answer.</summary>
    private static async Task ServeAsync(HttpListener listener, int status, string challenge)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                context.Response.StatusCode = status;
                if (challenge.Length > 0)
                {
                    context.Response.AddHeader("WWW-Authenticate", challenge);
                }

                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private void Keep(RegistryCredential credential)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
        File.WriteAllText(_checkup.Logins, $$"""
            { "auths": { "{{closed.Host}}": { "auth": "{{auth}}" } } }
            """);
    }

    /// <summary>The check of logins, on a machine without an engine.</summary>
    private async Task<PackEngineCheck> RunAsync(params string[] registries)
    {
        _checkup.With(new Dictionary<string, string> { ["PATH"] = _checkup.Folder.Folder("empty") }).Registries = registries;
        return Assert.Single(await _checkup.RunAsync(), check => check.Name == "RegistryLogin");
    }
}
