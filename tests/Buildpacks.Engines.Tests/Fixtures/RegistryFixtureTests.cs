using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Engines.Tests.Fixtures;

public sealed class RegistryFixtureTests(RegistryFixture closed, OpenRegistryFixture open)
    : IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>
{
    [SkippableFact]
    public async Task The_closed_registry_lets_in_the_right_password_only()
    {
        closed.Require();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(closed, closed.Credential));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(closed, closed.WrongCredential));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(closed, null));
    }

    [SkippableFact]
    public async Task The_open_registry_lets_everyone_in()
    {
        open.Require();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(open, null));
    }

    private static async Task<HttpStatusCode> StatusAsync(RegistryServer registry, RegistryCredential? credential)
    {
        using var client = new HttpClient();
        if (credential is not null)
        {
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}"));
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", pair);
        }

        using var answer = await client.GetAsync(new Uri(registry.Url, "v2/"));
        return answer.StatusCode;
    }
}
