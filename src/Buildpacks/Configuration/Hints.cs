using System.Security.Cryptography;
using System.Text;

namespace Buildpacks.Configuration;

/// <summary>
/// Short texts that save the next build a call to the engine. One that is missing or old costs nothing but that call.
/// </summary>
/// <param name="folder">The folder of the files, one a hint.</param>
/// <param name="maximumLength">The longest text, in bytes.</param>
internal sealed class Hints(string folder, int maximumLength = Hints.Short)
{
    private const int Short = 512;

    /// <summary>The hints of the user.</summary>
    /// <param name="about">What they are about: the folder's name.</param>
    /// <param name="maximumLength">The longest text, in bytes.</param>
    public static Hints OfUser(string about, int maximumLength = Short) => new(Path.Combine(UserFolders.Cache, about), maximumLength);

    /// <summary>A hint.</summary>
    /// <param name="key">What it is about.</param>
    /// <returns>The text; <see langword="null"/> when nothing is remembered.</returns>
    public string? Find(string key)
    {
        try
        {
            return new FileInfo(PathOf(key)) is { Exists: true, Length: > 0 } file && file.Length <= maximumLength ? File.ReadAllText(file.FullName) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Remembers a hint.</summary>
    public void Store(string key, string text)
    {
        if (Find(key) == text)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(PathOf(key), text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is a hint.
        }
    }

    private string PathOf(string key) =>
        Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)), 0, 12).ToLowerInvariant());
}
