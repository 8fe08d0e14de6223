using System.Text;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>The eye of another tool on a registry.</summary>
internal static class Skopeo
{
    /// <summary>The manifest of an image.</summary>
    /// <param name="image">The image, in any registry.</param>
    /// <param name="registry">The registry that wants a login.</param>
    public static async Task<string> RawAsync(string image, RegistryFixture registry)
    {
        // Not on a command line: other tests look there for the password.
        using var folder = new TestFolder("skopeo");
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{registry.Credential.Username}:{registry.Credential.Password}"));
        var file = folder.File("auth.json", $"{{\"auths\":{{\"{registry.Host}\":{{\"auth\":\"{login}\"}}}}}}");
        return (await ToolRun.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", "--authfile", file, "docker://" + image])).Checked();
    }
}
