using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>
/// What the labels of an app image tell. Labels are text that anyone may have written: what is missing or of another shape reads
/// as absent.
/// </summary>
internal sealed record AppMetadata
{
    private const string ProcessFolder = "/cnb/process/";

    /// <summary>The buildpacks that took part, in their order.</summary>
    public IReadOnlyList<PackBuildpack> Buildpacks { get; init; } = [];

    /// <summary>The processes; the one that the image's entry point starts is the default.</summary>
    public IReadOnlyList<PackProcess> Processes { get; init; } = [];

    /// <summary>The run image's name, or what the lifecycle knew it by; <see langword="null"/> when the labels do not say.</summary>
    public string? RunImage { get; init; }

    /// <summary>Other names of the run image.</summary>
    public IReadOnlyList<string> RunImageMirrors { get; init; } = [];

    /// <summary>The run image by its id, or by its repository and digest; <see langword="null"/> when the labels do not say.</summary>
    public string? RunImageReference { get; init; }

    /// <summary>Whether the label that allows another run image is absent or says yes.</summary>
    public bool Rebasable { get; init; }

    /// <summary>The image extensions that took part.</summary>
    public IReadOnlyList<PackBuildpack> Extensions { get; init; } = [];

    /// <summary>The diffID of the layer with the SBOM files; <see langword="null"/> for none.</summary>
    public string? SbomLayer { get; init; }

    /// <summary>The diffID of the run image's last layer: those above it are the app's; <see langword="null"/> when the labels do not say.</summary>
    public string? RunImageTopLayer { get; init; }

    /// <summary>The names of the run image, in the order in which they are tried.</summary>
    /// <param name="registry">The registry whose mirror is preferred; <see langword="null"/> for none.</param>
    /// <param name="configured">The run image mirrors of the user's configuration.</param>
    /// <returns>Nothing when the labels do not name a run image.</returns>
    public IReadOnlyList<ImageReference> RunImageNames(string? registry, IReadOnlyList<PackRunImageMirror> configured)
    {
        string[] names = RunImage is { } first && first != RunImageReference ? [first, .. RunImageMirrors] : [.. RunImageMirrors];
        return names.Length == 0 ? [] : Configuration.RunImageMirrors.Names(names[0], names[1..], configured, registry);
    }

    /// <summary>Reads the labels of an image.</summary>
    /// <param name="config">The image's config.</param>
    /// <returns>What they tell; <see langword="null"/> when the image is no app image.</returns>
    public static AppMetadata? Read(OciImageConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Config?.Labels is { } labels ? Read(labels, StartedProcess(config.Config)) : null;
    }

    /// <summary>Reads the labels of an image.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="startedProcess">The process type that the image's entry point starts; without it the labels name the default.</param>
    /// <returns>What they tell; <see langword="null"/> when the image is no app image.</returns>
    public static AppMetadata? Read(IReadOnlyDictionary<string, string> labels, string? startedProcess = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!labels.TryGetValue(AppLabels.Lifecycle, out var lifecycleLabel))
        {
            return null;
        }

        using var lifecycle = LabelJson.Parse(lifecycleLabel);
        using var build = LabelJson.Parse(labels.GetValueOrDefault(AppLabels.Build));
        var runImage = lifecycle?.RootElement.Member("runImage");
        var stackImage = lifecycle?.RootElement.Member("stack").Member("runImage");
        var defaultType = startedProcess ?? DeclaredDefault(build);
        return new AppMetadata
        {
            Buildpacks = LabelJson.Buildpacks(build),
            Processes = [.. build?.RootElement.Member("processes").Items().Select(item => Process(item, defaultType)).OfType<PackProcess>() ?? []],
            RunImage = runImage.Member("image").Text()
                ?? stackImage.Member("image").Text()
                ?? runImage.Member("reference").Text(),
            RunImageMirrors = runImage.Member("image").Text() is null ? stackImage.Member("mirrors").Texts() : runImage.Member("mirrors").Texts(),
            RunImageReference = runImage.Member("reference").Text(),
            Rebasable = labels.GetValueOrDefault(AppLabels.Rebasable) != "false",
            Extensions = LabelJson.Extensions(build),
            RunImageTopLayer = Digest(runImage.Member("topLayer")),
            SbomLayer = Digest(lifecycle?.RootElement.Member("sbom").Member("sha")),
        };
    }

    private static string? Digest(JsonElement? element) => element.Text() is { } digest && OciDigest.IsValid(digest) ? digest : null;

    private static string? StartedProcess(OciContainerConfig config) =>
        config.Entrypoint is [{ } entrypoint, ..] && entrypoint.StartsWith(ProcessFolder, StringComparison.Ordinal) ? entrypoint[ProcessFolder.Length..] : null;

    private static string? DeclaredDefault(JsonDocument? build) =>
        build?.RootElement.Member("buildpack-default-process-type").Text()
        ?? build?.RootElement.Member("processes").Items()
            .LastOrDefault(item => item.Member("default") is { ValueKind: JsonValueKind.True }).Member("type").Text();

    private static PackProcess? Process(JsonElement? item, string? defaultType) => item.Member("type").Text() is not { } type
        ? null
        : new PackProcess
        {
            Type = type,
            Command = item.Member("command").Text() is { } command ? [command] : [.. item.Member("command").Texts()],
            Args = [.. item.Member("args").Texts()],
            Direct = item.Member("direct") is { ValueKind: JsonValueKind.True },
            WorkingDirectory = item.Member("working-dir").Text(),
            BuildpackId = item.Member("buildpackID").Text(),
            Default = type == defaultType,
        };
}
