namespace Buildpacks.Configuration;

/// <summary>The folder with pack's configuration, which is shared with pack.</summary>
internal static class PackHome
{
    /// <summary>The folder: <c>PACK_HOME</c>, else <c>.pack</c> in the user's home. It need not exist.</summary>
    public static string Path => Environment.GetEnvironmentVariable("PACK_HOME") is { Length: > 0 } home
        ? home
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".pack");
}
