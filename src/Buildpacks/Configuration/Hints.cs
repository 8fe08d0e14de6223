using System.Security.Cryptography;
using System.Text;

namespace Buildpacks.Configuration;

/// <summary>
/// Short texts that save the next build a call to the engine. One that is missing or old costs nothing but that call.
/// </summary>
/// <param name="folder">The folder of the files, one a hint.</param>
internal sealed class Hints(string folder)
{
    private const int MaximumLength = 512;

    /// <summary>The hints of the user.</summary>
    /// <param name="about">What they are about: the folder's name.</param>
    public static Hints OfUser(string about) => new(Path.Combine(UserFolders.Cache, about));

    /// <summary>A hint.</summary>
    /// <param name="key">What it is about.</param>
    /// <returns>The text; <see langword="null"/> when nothing is remembered.</returns>
    public string? Find(string key)
    {
        try
        {
            return new FileInfo(PathOf(key)) is { Exists: true, Length: > 0 and <= MaximumLength } file ? File.ReadAllText(file.FullName) : null;
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
