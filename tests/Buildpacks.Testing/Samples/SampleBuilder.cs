using System.Runtime.CompilerServices;
using Buildpacks.Builders;
using Buildpacks.Engines;
using Buildpacks.Samples.BaseImages;
using Buildpacks.Stores;
using Buildpacks.Testing.Engines;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Testing.Samples;

/// <summary>
/// The sample builder in an engine's store: base images from the machine's own files, the lifecycle of this checkout, the sample
/// buildpacks. Made when it is first asked for, once for each fixture.
/// </summary>
public static class SampleBuilder
{
    /// <summary>The builder's name.</summary>
    public const string Name = "localhost/samples/builder";

    /// <summary>The run image's name.</summary>
    public const string RunImage = "localhost/samples/run";

    /// <summary>The build image's name.</summary>
    public const string BuildImage = "localhost/samples/build";

    /// <summary>What the machine lacks to make it; <see langword="null"/> for nothing.</summary>
    public static string? Missing => LifecycleArchiveFile.Missing ?? Requirement.MissingTool("dpkg-query", "busybox", "perl");

    private static readonly ConditionalWeakTable<EngineFixture, Lazy<Task<BuilderImage>>> Builders = new();
    private static readonly ConditionalWeakTable<EngineFixture, Lazy<Task>> Bases = new();
    private static readonly Lazy<Task<IReadOnlyList<BaseImage>>> BaseImages = new(MakeBaseImagesAsync);

    /// <summary>The builder in a fixture's store.</summary>
    public static Task<BuilderImage> GetAsync(EngineFixture fixture) =>
        Builders.GetValue(fixture, static key => new Lazy<Task<BuilderImage>>(() => MakeAsync(key))).Value;

    /// <summary>Sees to it that the base images are in a fixture's store.</summary>
    public static Task LoadBaseImagesAsync(EngineFixture fixture) =>
        Bases.GetValue(fixture, static key => new Lazy<Task>(() => LoadAsync(key))).Value;

    /// <summary>Makes the builder in an engine's store, with all it needs.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<BuilderImage> MakeAsync(IEngine engine, CancellationToken cancellationToken = default)
    {
        await LoadAsync(engine, cancellationToken);
        return await CreateAsync(engine, cancellationToken);
    }

    private static async Task<BuilderImage> MakeAsync(EngineFixture fixture)
    {
        await LoadBaseImagesAsync(fixture);
        await using var engine = fixture.CreateEngine();
        return await CreateAsync(engine, CancellationToken.None);
    }

    private static async Task LoadAsync(EngineFixture fixture)
    {
        await using var engine = fixture.CreateEngine();
        await LoadAsync(engine, CancellationToken.None);
    }

    private static async Task LoadAsync(IEngine engine, CancellationToken cancellationToken)
    {
        foreach (var image in await BaseImages.Value)
        {
            await image.LoadAsync(engine, cancellationToken);
        }
    }

    private static async Task<BuilderImage> CreateAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var request = new BuilderRequest
        {
            ImageName = Name,
            ConfigPath = SampleFiles.BuilderToml,
            LifecyclePath = await LifecycleArchiveFile.GetAsync(),
        };
        return await new BuilderCreator(engine, NullLogger.Instance).CreateAsync(request, progress: null, cancellationToken);
    }

    private static async Task<IReadOnlyList<BaseImage>> MakeBaseImagesAsync()
    {
        var run = await BaseImage.MakeAsync(SampleFiles.BaseRecipe("run"), extended: null, CancellationToken.None);
        var build = await BaseImage.MakeAsync(SampleFiles.BaseRecipe("build"), run, CancellationToken.None);
        return [run, build];
    }
}
