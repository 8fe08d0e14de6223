using System.Text;
using System.Text.Json;
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
        using var folder = new TestFolder("skopeo");
        return (await ToolRun.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", "--authfile", Login(folder, registry), "docker://" + image])).Checked();
    }

    /// <summary>What skopeo says of an image.</summary>
    public static async Task<JsonElement> InspectAsync(string image, RegistryFixture registry)
    {
        using var folder = new TestFolder("skopeo");
        var answer = await ToolRun.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--authfile", Login(folder, registry), "docker://" + image]);
        using var document = JsonDocument.Parse(answer.Checked());
        return document.RootElement.Clone();
    }

    /// <summary>Copies an image with all its blobs, whose digests skopeo checks.</summary>
    /// <param name="image">The image, in any registry.</param>
    /// <param name="destination">A folder, which gets the manifest and the blobs.</param>
    /// <param name="registry">The registry that wants a login.</param>
    public static async Task CopyAsync(string image, string destination, RegistryFixture registry)
    {
        using var folder = new TestFolder("skopeo");
        (await ToolRun.RunAsync(
            "skopeo", ["copy", "--all", "--insecure-policy", "--preserve-digests", "--src-tls-verify=false", "--src-authfile", Login(folder, registry), "docker://" + image, "dir:" + destination])).Checked();
    }

    /// <summary>Not on a command line: other tests look there for the password.</summary>
    private static string Login(TestFolder folder, RegistryFixture registry)
    {
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{registry.Credential.Username}:{registry.Credential.Password}"));
        return folder.File("auth.json", $"{{\"auths\":{{\"{registry.Host}\":{{\"auth\":\"{login}\"}}}}}}");
    }
}
