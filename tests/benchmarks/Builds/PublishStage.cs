using Buildpacks.Benchmarks.Engines;
using Buildpacks.Builds;
using Buildpacks.Engines;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing.Registries;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Builds;

/// <summary>A registry on this machine that has the run image of the sample builder.</summary>
internal sealed class PublishStage : IAsyncDisposable
{
    private readonly OpenRegistryFixture registry = new();

    private PublishStage()
    {
    }

    /// <summary>The registry's host and port.</summary>
    public string Host => registry.Host;

    /// <summary>Starts a registry.</summary>
    /// <exception cref="EngineMissingException">The machine lacks a program for it.</exception>
    public static async Task<PublishStage> StartAsync()
    {
        var stage = new PublishStage();
        await stage.registry.InitializeAsync();
        return stage.registry.Unavailable is { } missing ? throw new EngineMissingException(missing) : stage;
    }

    /// <summary>The name of an image in the registry.</summary>
    public string Name(string image) => $"{Host}/bench/{image}";

    /// <summary>Puts an image of an engine into the registry.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The image.</param>
    /// <param name="name">Its name in the registry, without the host.</param>
    /// <param name="cancellationToken">Ends the push.</param>
    /// <returns>The whole name.</returns>
    public async Task<string> PushAsync(IEngine engine, string image, string name, CancellationToken cancellationToken)
    {
        var target = Name(name) + ":latest";
        await engine.Images.TagAsync(image, target, cancellationToken);
        await engine.Images.PushAsync(new ImageTransfer(target) { Insecure = true }, progress: null, cancellationToken);
        await engine.Images.RemoveAsync(target, force: false, cancellationToken);
        return target;
    }

    /// <summary>A build that publishes.</summary>
    public async Task<BuildRequest> PublishAsync(BuildStage stage, BuildRequest request, string image, CancellationToken cancellationToken) => request with
    {
        ImageName = Name(image) + ":latest",
        RunImage = await PushAsync(stage.Session.Engine, SampleBuilder.RunImage, "run-" + stage.Session.Name, cancellationToken),
        Publish = true,
    };

    /// <summary>A client without a login.</summary>
    public static RegistryClient Connect() => new(new RegistryOptions());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await registry.DisposeAsync();
}
