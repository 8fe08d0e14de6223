using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Samples.BaseImages;

/// <summary>A base image that was made from a recipe, ready to be loaded into engines.</summary>
public sealed class BaseImage : IAsyncDisposable
{
    private const string Created = "1980-01-01T00:00:01Z";

    private readonly OciImageConfig _config;
    private readonly IReadOnlyList<LayerFile> _layers;
    private readonly LayerFile _ownLayer;
    private readonly FileSet _files;

    private BaseImage(string name, OciImageConfig config, IReadOnlyList<LayerFile> baseLayers, LayerFile ownLayer, FileSet files)
    {
        Name = name;
        _config = config;
        _layers = [.. baseLayers, ownLayer];
        _ownLayer = ownLayer;
        _files = files;
    }

    /// <summary>The image's name.</summary>
    public string Name { get; }

    /// <summary>The digest of its config: its id in most engines.</summary>
    public string Id => OciDigest.Of(ConfigBytes());

    /// <summary>The size of all its layers in bytes.</summary>
    public long Size => _layers.Sum(layer => layer.Length);

    /// <summary>Makes an image.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="extended">The image that the recipe extends; it has to live as long as this one. <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidDataException">The recipe is wrong, or this machine lacks what it names.</exception>
    public static async Task<BaseImage> MakeAsync(string recipePath, BaseImage? extended, CancellationToken cancellationToken)
    {
        var recipe = RecipeToml.Read(recipePath);
        var files = FileCollector.Collect(recipe);
        if (extended is not null)
        {
            files.Remove(extended._files);
        }

        var layer = await BaseLayer.WriteAsync(recipe, files, cancellationToken);
        return new BaseImage(recipe.Name, ConfigOf(recipe, extended?._config, layer), extended?._layers ?? [], layer, files);
    }

    /// <summary>Loads the image into an engine.</summary>
    public async Task LoadAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var config = ConfigBytes();
        var name = ImageReference.Parse(Name).ToString();
        await new ImageLoader(engine, NullLogger.Instance).LoadAsync(WriteAsync, [], progress: null, cancellationToken);

        async Task<ArchiveImage> WriteAsync(ImageArchiveWriter writer, CancellationToken cancellation)
        {
            var layers = new List<ArchiveLayer>();
            foreach (var layer in _layers)
            {
                layers.Add(await layer.WriteToAsync(writer, cancellation));
            }

            return new ArchiveImage(config, layers, [name]);
        }
    }

    /// <summary>Frees the image's own layer.</summary>
    public ValueTask DisposeAsync() => _ownLayer.DisposeAsync();

    private byte[] ConfigBytes() => JsonSerializer.SerializeToUtf8Bytes(_config, OciJson.Default.OciImageConfig);

    private static OciImageConfig ConfigOf(ImageRecipe recipe, OciImageConfig? extended, LayerFile layer)
    {
        var labels = Merge(extended?.Config?.Labels, recipe.Labels);
        foreach (var (name, value) in OsRelease.Labels())
        {
            labels[name] = value;
        }

        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in extended?.Config?.Env ?? [])
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            variables[variable[..equals]] = variable[(equals + 1)..];
        }

        variables = Merge(variables, recipe.Environment);
        return new OciImageConfig
        {
            Created = Created,
            Architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
            {
                System.Runtime.InteropServices.Architecture.X64 => "amd64",
                System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
                var other => other.ToString().ToLowerInvariant(),
            },
            Os = "linux",
            Config = new OciContainerConfig
            {
                User = recipe.User is { } user ? $"{user.Id}:{user.Id}" : extended?.Config?.User,
                Env = [.. variables.Select(variable => $"{variable.Key}={variable.Value}")],
                Labels = labels,
                Cmd = ["/bin/bash"],
                WorkingDir = "/",
            },
            Rootfs = new OciRootFs { DiffIds = [.. extended?.Rootfs.DiffIds ?? [], layer.DiffId] },
            History = [.. extended?.History ?? [], new OciHistory { Created = Created, CreatedBy = layer.CreatedBy }],
        };
    }

    private static SortedDictionary<string, string> Merge(
        IEnumerable<KeyValuePair<string, string>>? first, IEnumerable<KeyValuePair<string, string>> second)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in (first ?? []).Concat(second))
        {
            merged[name] = value;
        }

        return merged;
    }
}
