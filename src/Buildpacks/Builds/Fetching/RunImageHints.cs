using System.Security.Cryptography;
using System.Text;

namespace Buildpacks.Builds.Fetching;

/// <summary>
/// Remembers which run image a builder asked for last time, so that the next build can ask the engine for both in one call. A wrong
/// hint costs nothing but that the call it would have saved is made.
/// </summary>
/// <param name="folder">The folder of the files.</param>
internal sealed class RunImageHints(string folder)
{
    private const int MaximumLength = 512;

    /// <summary>The hints of the user.</summary>
    public static RunImageHints OfUser() => new(Path.Combine(UserFolders.Cache, "run-images"));

    /// <summary>The run image that a builder asked for.</summary>
    /// <param name="builder">The builder's name.</param>
    /// <returns>Its name; <see langword="null"/> when nothing is remembered.</returns>
    public string? Find(string builder)
    {
        try
        {
            return new FileInfo(PathOf(builder)) is { Exists: true, Length: > 0 and <= MaximumLength } file ? File.ReadAllText(file.FullName) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Remembers a builder's run image.</summary>
    public void Store(string builder, string runImage)
    {
        if (Find(builder) == runImage)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(PathOf(builder), runImage);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is a hint.
        }
    }

    private string PathOf(string builder) =>
        Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(builder)), 0, 12).ToLowerInvariant());
}
