using System.Security.Cryptography;
using System.Text;
using Buildpacks.IO;
using Tomlyn;
using Tomlyn.Model;

namespace Buildpacks.Configuration;

/// <summary>
/// The secrets that make cache names differ between users, in the file that pack keeps them in. An image keeps its key for ever.
/// </summary>
/// <param name="path">The file: <c>volume-keys.toml</c> in pack's home.</param>
internal sealed class VolumeKeys(string path)
{
    private const string Table = "volume-keys";
    private const int KeyLength = 20;

    /// <summary>In bytes. The file has a line for each image that was ever built.</summary>
    private const int MaximumSize = 4 * 1024 * 1024;

    /// <summary>The variable that gives every image the same key.</summary>
    public const string Variable = "PACK_VOLUME_KEY";

    /// <summary>The keys of the user.</summary>
    public static VolumeKeys OfUser() => new(System.IO.Path.Combine(PackHome.Path, "volume-keys.toml"));

    /// <summary>Whether an image without a key gets one that the file then has.</summary>
    private bool Adds { get; init; } = true;

    /// <summary>The same keys for a build that does not run: an image without a key gets one that is not kept.</summary>
    public VolumeKeys WithoutAdding() => new(path) { Adds = false };

    /// <summary>The key of an image: the variable's, else the file's, else a new one, which the file then has.</summary>
    /// <param name="image">The image's name as pack writes it in full.</param>
    /// <exception cref="PackException"><c>VolumeKeysInvalid</c>: the file cannot be read or written.</exception>
    public string Get(string image) => Find(image, add: true)!;

    /// <summary>The key of an image that has one: the variable's, else the file's.</summary>
    /// <param name="image">The image's name as pack writes it in full.</param>
    /// <exception cref="PackException"><c>VolumeKeysInvalid</c>: the file cannot be read.</exception>
    public string? Find(string image) => Find(image, add: false);

    /// <summary>The key that the variable gives every image; <see langword="null"/> when it is not set.</summary>
    public static string? Shared => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } key ? key : null;

    /// <summary>The keys of all images that have one in the file, by the image's name as pack writes it in full.</summary>
    /// <exception cref="PackException"><c>VolumeKeysInvalid</c>: the file cannot be read.</exception>
    public IReadOnlyList<KeyValuePair<string, string>> All()
    {
        try
        {
            return Read().TryGetValue(Table, out var keys) && keys is TomlTable table
                ? [.. table.Where(entry => entry.Value is string { Length: > 0 }).Select(entry => KeyValuePair.Create(entry.Key, (string)entry.Value))]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or TomlException or ArgumentException)
        {
            throw Invalid(exception);
        }
    }

    private string? Find(string image, bool add)
    {
        if (Shared is { } key)
        {
            return key;
        }

        try
        {
            return Find(Read(), image) ?? (!add ? null : Adds ? Add(image) : NewKey());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or TomlException or ArgumentException)
        {
            throw Invalid(exception);
        }
    }

    private PackException Invalid(Exception cause) =>
        new(PackErrorIds.VolumeKeysInvalid, PackErrorKind.Failed, $"The file with the keys of cache volumes, '{path}', cannot be used: {cause.Message}", cause)
        {
            Target = path,
            RecommendedAction = $"Repair or remove the file, or set the environment variable {Variable}.",
        };

    private static string? Find(TomlTable document, string image) =>
        document.TryGetValue(Table, out var keys) && keys is TomlTable table && table.TryGetValue(image, out var key) && key is string { Length: > 0 } text
            ? text
            : null;

    private TomlTable Read() =>
        File.Exists(path) ? TomlSerializer.Deserialize<TomlTable>(SmallFile.ReadText(path, MaximumSize)) ?? [] : [];

    private static string NewKey() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", KeyLength);

    /// <summary>Adds a key. Builds run side by side: a lock keeps one from losing what another adds.</summary>
    private string Add(string image)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!).FullName;
        OwnedPath.RemoveAbandoned(folder);
        using var guard = FileLock.Take(path + ".lock");
        var document = Read();
        if (Find(document, image) is { } added)
        {
            return added;
        }

        var key = NewKey();
        if (!document.TryGetValue(Table, out var keys) || keys is not TomlTable table)
        {
            document[Table] = table = [];
        }

        table[image] = key;
        var draft = OwnedPath.New(folder);
        try
        {
            File.WriteAllText(draft, TomlSerializer.Serialize(document), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        return key;
    }
}
