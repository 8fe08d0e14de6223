namespace Buildpacks.Configuration;

/// <summary>The user's folders for what Buildpacks remembers. They are made when something is put there.</summary>
internal static class UserFolders
{
    private const string Product = "buildpacks";

    /// <summary>What may be deleted at any time: <c>XDG_CACHE_HOME</c>, else <c>~/.cache</c>, else the system's place for such data.</summary>
    public static string Cache => Path.Combine(Find("XDG_CACHE_HOME", ".cache"), Product);

    /// <summary>What has to outlive a process: <c>XDG_STATE_HOME</c>, else <c>~/.local/state</c>, else the system's place for such data.</summary>
    public static string State => Path.Combine(Find("XDG_STATE_HOME", Path.Combine(".local", "state")), Product);

    private static string Find(string variable, string belowHome) => Environment.GetEnvironmentVariable(variable) switch
    {
        { Length: > 0 } folder when Path.IsPathRooted(folder) => folder,
        _ when OperatingSystem.IsWindows() => Special(Environment.SpecialFolder.LocalApplicationData),
        _ => Path.Combine(Special(Environment.SpecialFolder.UserProfile), belowHome),
    };

    private static string Special(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
}

/// <summary>The folder with pack's configuration, which is shared with pack.</summary>
internal static class PackHome
{
    private const string Variable = "PACK_HOME";
    private const string UsualFolder = ".pack";

    /// <summary>The folder: <c>PACK_HOME</c>, else <c>.pack</c> in the user's home. It need not exist.</summary>
    public static string Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } home
        ? home
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), UsualFolder);

    /// <summary>The folder of the local indexes, as pack chooses it: <c>XDG_RUNTIME_DIR</c> itself, else <c>manifests</c> in pack's folder.</summary>
    public static string Manifests => Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && System.IO.Path.IsPathRooted(runtime)
        ? runtime
        : System.IO.Path.Combine(Path, "manifests");

    /// <summary>The folder of an environment.</summary>
    public static string Of(EngineEnvironment environment) => environment.Get(Variable) ?? System.IO.Path.Combine(environment.Home, UsualFolder);
}
