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

    [Fact]
    public async Task Saved_logins_are_listed_and_not_used()
    {
        File.WriteAllText(_checkup.Logins, """{"auths":{"https://index.docker.io/v1/":{"auth":"c2VjcmV0"},"example.org":{}},"credHelpers":{"cloud.example":"gone"}}""");

        var check = await RunAsync();

        Assert.Equal((PackEngineCheckResult.Passed, "Logins are saved for cloud.example, docker.io, example.org; use -Registry NAME to check one."), (check.Result, check.Evidence));
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
