using System.Text;
using System.Text.Json;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Writes the credentials of one registry the way <c>podman --authfile</c> reads them.</summary>
internal static class AuthFile
{
    /// <summary>Makes the file.</summary>
    /// <param name="registry">The registry's host, with its port when it has one.</param>
    /// <param name="credential">Who to be there.</param>
    public static PrivateFile Create(string registry, RegistryCredential credential)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("auths");
            writer.WriteStartObject(registry);
            writer.WriteString("auth", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return PrivateFile.Create(Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length));
    }
}
