using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Buildpacks.Configuration;
using Buildpacks.IO;

namespace Buildpacks.Caches;

/// <summary>The caches that builds of an image on an engine used last.</summary>
internal sealed record CacheUse
{
    /// <summary>The engine, as build markers name it.</summary>
    public required string Engine { get; init; }

    /// <summary>The image's full name.</summary>
    public required string Image { get; init; }

    /// <summary>Where the image goes.</summary>
    public required CacheUseTarget Target { get; init; }

    /// <summary>The layout folder or archive, of an image that goes there; <see langword="null"/> for others.</summary>
    public string? TargetPath { get; init; }

    /// <summary>The volume of the build cache.</summary>
    public string? BuildVolume { get; init; }

    /// <summary>The folder of the build cache.</summary>
    public string? BuildFolder { get; init; }

    /// <summary>The volume of the launch cache.</summary>
    public string? LaunchVolume { get; init; }

    /// <summary>The folder of the launch cache.</summary>
    public string? LaunchFolder { get; init; }

    /// <summary>Whether the build cache is the copy of a cache image.</summary>
    public bool IsImageCopy { get; init; }

    /// <summary>When a build used them last.</summary>
    public required DateTimeOffset LastUsed { get; init; }
}

/// <summary>Where the image of a build goes.</summary>
internal enum CacheUseTarget
{
    /// <summary>Into the engine's store.</summary>
    Engine,

    /// <summary>Into its registry.</summary>
    Registry,

    /// <summary>Into a layout folder or an archive.</summary>
    File,
}

/// <summary>Reads and writes uses of caches.</summary>
[JsonSerializable(typeof(CacheUse))]
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
internal sealed partial class CacheUseJson : JsonSerializerContext;

/// <summary>Remembers which caches builds use: a file for each image and engine. A volume does not tell whose it is, and a folder not that it is a cache.</summary>
/// <param name="folder">The folder of the files.</param>
internal sealed class CacheUses(string folder)
{
    private const int MaximumFiles = 2000;
    private const int MaximumSize = 64 * 1024;

    /// <summary>The uses of the user.</summary>
    public static CacheUses OfUser() => new(Path.Combine(UserFolders.State, "caches"));

    /// <summary>Remembers a use, in the place of the one before. A use that cannot be written is not remembered.</summary>
    public void Store(CacheUse use)
    {
        try
        {
            var path = PathOf(use.Engine, use.Image);
            Directory.CreateDirectory(folder);
            if (!File.Exists(path) && Directory.EnumerateFiles(folder).Count() >= MaximumFiles)
            {
                new DirectoryInfo(folder).EnumerateFiles().MinBy(file => file.LastWriteTimeUtc)?.Delete();
            }

            var draft = OwnedPath.New(folder);
            try
            {
                File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(use, CacheUseJson.Default.CacheUse));
                File.Move(draft, path, overwrite: true);
            }
            finally
            {
                File.Delete(draft);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Get-PackCache shows less, and the build goes on.
        }
    }

    /// <summary>The uses on an engine. Files that cannot be read are left out.</summary>
    /// <param name="engine">The engine, as build markers name it.</param>
    public IReadOnlyList<CacheUse> Of(string engine)
    {
        try
        {
            OwnedPath.RemoveAbandoned(folder);
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder, "*.json").Select(Read).OfType<CacheUse>().Where(use => use.Engine == engine).OrderBy(use => use.Image, StringComparer.Ordinal)]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Forgets a use whose caches are gone.</summary>
    public void Remove(CacheUse use)
    {
        try
        {
            File.Delete(PathOf(use.Engine, use.Image));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It names caches that do not exist, which are not shown.
        }
    }

    private static CacheUse? Read(string path)
    {
        try
        {
            return StrictJson.Deserialize(Encoding.UTF8.GetBytes(SmallFile.ReadText(path, MaximumSize)), CacheUseJson.Default.CacheUse) is { Engine: not null, Image: not null } use ? use : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(string engine, string image) =>
        Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{engine}\n{image}")), 0, 12).ToLowerInvariant() + ".json");
}
