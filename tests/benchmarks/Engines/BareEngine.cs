using Buildpacks.Testing.Engines;

namespace Buildpacks.Benchmarks.Engines;

/// <summary>
/// An engine used in the plainest way there is, without this project's adapters: what anything that uses the engine has to spend.
/// </summary>
internal abstract class BareEngine : IDisposable
{
    /// <summary>Makes the plain counterpart of a fixture's engine.</summary>
    public static BareEngine For(EngineFixture fixture) => fixture switch
    {
        PodmanFixture podman => new BarePodman(podman),
        DockerdFixture docker => new BareDocker(docker),
        _ => throw new ArgumentException($"there is nothing plainer than {fixture.Name}", nameof(fixture)),
    };

    /// <summary>What it does when it is measured, in words for the table.</summary>
    public abstract string Way { get; }

    /// <summary>Starts a container and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    public abstract Task RunAsync(string container);

    /// <summary>Sends a folder into a container's root with the machine's own tar.</summary>
    public abstract Task UploadAsync(string folder, string container);

    /// <summary>Loads an archive of images.</summary>
    public abstract Task LoadAsync(string archive);

    /// <summary>Lists all images as the engine itself does.</summary>
    public abstract Task ListAsync();

    /// <inheritdoc/>
    public abstract void Dispose();
}
