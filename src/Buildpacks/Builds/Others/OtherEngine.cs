using System.Security.Cryptography;
using System.Text;
using Buildpacks.Engines;

namespace Buildpacks.Builds.Others;

/// <summary>
/// Where builds look for the engine that does not build, and which images it did not have lately: asking podman costs a process,
/// which nobody should pay with each build in docker.
/// </summary>
/// <param name="environment">Where to look for the engine.</param>
/// <param name="folder">The folder of the files, one for an image that was not there.</param>
internal sealed class OtherEngine(EngineEnvironment environment, string folder)
{
    /// <summary>The variable that keeps builds from looking.</summary>
    public const string Variable = "PACK_OTHER_ENGINE";

    private const string Ignore = "ignore";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Where to look.</summary>
    public EngineEnvironment Environment => environment;

    /// <summary>The user's; <see langword="null"/> when the user wants nobody to look.</summary>
    public static OtherEngine? OfUser()
    {
        var environment = EngineEnvironment.Current();
        return string.Equals(environment.Get(Variable), Ignore, StringComparison.OrdinalIgnoreCase)
            ? null
            : new OtherEngine(environment, Path.Combine(UserFolders.Cache, "absent-images"));
    }

    /// <summary>Whether an engine was without an image a short time ago.</summary>
    public bool IsAbsent(PackEngineKind engine, string image) =>
        new FileInfo(PathOf(engine, image)) is { Exists: true } file && DateTime.UtcNow - file.LastWriteTimeUtc < Lifetime;

    /// <summary>Remembers that an engine is without an image.</summary>
    public void NoteAbsent(PackEngineKind engine, string image)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(PathOf(engine, image), []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is asked again then.
        }
    }

    /// <summary>Forgets that an engine was without an image: it has it now.</summary>
    public void Forget(PackEngineKind engine, string image)
    {
        try
        {
            File.Delete(PathOf(engine, image));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is forgotten soon anyway.
        }
    }

    private string PathOf(PackEngineKind engine, string image) =>
        Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{engine} {image}")), 0, 12).ToLowerInvariant());
}
