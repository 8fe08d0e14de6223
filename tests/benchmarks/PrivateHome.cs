using Buildpacks.Testing;

namespace Buildpacks.Benchmarks;

/// <summary>Keeps what builds remember away from the user's own folders for as long as this process measures.</summary>
internal sealed class PrivateHome : IDisposable
{
    private readonly TestFolder folder = new("bench-home");

    /// <summary>Sets the variables that lead to those folders.</summary>
    public PrivateHome()
    {
        foreach (var variable in new[] { "XDG_CACHE_HOME", "XDG_STATE_HOME", "PACK_HOME", "DOCKER_CONFIG" })
        {
            Environment.SetEnvironmentVariable(variable, folder.Folder(variable));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();
}
