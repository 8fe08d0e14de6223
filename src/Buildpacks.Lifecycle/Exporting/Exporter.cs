using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Images.Layouts;
using Buildpacks.Lifecycle.Labels;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>The export phase: makes the app image out of the run image, the buildpacks' layers and the app.</summary>
/// <param name="store">Where the images are.</param>
/// <param name="inputs">What it works with.</param>
/// <param name="log">Where its lines go.</param>
internal sealed class Exporter(IImageStore store, ExportInputs inputs, ILifecycleLog log)
{
    // What the reference lifecycle writes as the digest of a run image in a layout: that of an empty image for linux/amd64,
    // because it opens the layout without reading it. Platforms replace it, and the label's bytes are the same.
    private const string EmptyImageDigest = "sha256:9bff545fd88403019875bc484da593c84761e6c89bae9058b76d1054d54548d0";

    /// <summary>Exports.</summary>
    /// <param name="buildpacks">The buildpacks of this build.</param>
    /// <param name="runImage">The image it is based on.</param>
    /// <param name="previous">The image whose layers may be used again.</param>
    /// <param name="previousLayers">What that image says of its layers.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <returns>The image, and the diffIDs of its layers by layer id.</returns>
    /// <exception cref="InvalidDataException">The image cannot be made; the message names what is wrong.</exception>
    public async Task<(Report Report, IReadOnlyDictionary<string, string> DiffIds)> ExportAsync(
        IReadOnlyList<GroupElement> buildpacks,
        ExistingImage runImage,
        ExistingImage? previous,
        LayersMetadata previousLayers,
        CancellationToken cancellationToken)
    {
        if (inputs.PlatformApi.AtLeast(0, 11))
        {
            LifecycleSbom.CopyTo(inputs.LayersDirectory, inputs.LauncherSbomDirectory);
        }

        var build = BuildMetadata.Read(BuildMetadata.PathIn(inputs.LayersDirectory));
        var config = new AppImageConfig(runImage.Config, inputs.Created, keepHistory: inputs.PlatformApi.AtLeast(0, 12))
        {
            WorkingDirectory = inputs.AppDirectory,
        };
        var choice = inputs.RunImages.Containing(inputs.RunImageName, build.Extensions.Count > 0);
        using var export = store.StartExport(inputs.Names[0], runImage, previous);
        var layers = new LayerExporter(export, config, log);
        var metadata = AddLayers(layers, buildpacks, build, previousLayers) with { RunImage = RunImageOf(runImage, choice), StackRunImage = choice };
        SetLabels(config, metadata, build);
        SetVariables(config);
        config.Entrypoint = Entrypoint(build);
        return (await SaveAsync(export, config.Build(), ReadBuildBom(buildpacks), cancellationToken), layers.DiffIds);
    }

    private LayersMetadata AddLayers(LayerExporter layers, IReadOnlyList<GroupElement> buildpacks, BuildMetadata build, LayersMetadata previous)
    {
        var buildpackLayers = new BuildpackLayersExport(inputs.LayersDirectory, inputs.Owner, layers, log);
        return new LayersMetadata
        {
            Buildpacks = [.. buildpacks.Select(buildpack => buildpackLayers.Export(buildpack, previous.For(buildpack.Id)))],
            Sbom = inputs.PlatformApi.AtLeast(0, 8) ? AddSbom(layers, previous.Sbom) : null,
            App = AddApp(layers, build, previous.App),
            Launcher = layers.AddOrReuse(LauncherLayers.Launcher(inputs.LauncherPath), previous.Launcher),
            Config = layers.AddOrReuse(
                DirectoryLayer.Of("buildpacksio/lifecycle:config", Path.Combine(inputs.LayersDirectory, "config"), inputs.Owner, "Buildpacks Launcher Config"),
                previous.Config),
            ProcessTypes = build.Processes.Count == 0
                ? null
                : layers.AddOrReuse(LauncherLayers.ProcessTypes([.. build.Processes.Select(process => process.Type)]), previous.ProcessTypes),
        };
    }

    private string? AddSbom(LayerExporter layers, string? previous)
    {
        var bills = Path.Combine(inputs.LayersDirectory, "sbom", "launch");
        return Directory.Exists(bills)
            ? layers.AddOrReuse(DirectoryLayer.Of("buildpacksio/lifecycle:launch.sbom", bills, inputs.Owner, "Software Bill-of-Materials"), previous)
            : null;
    }

    private List<string> AddApp(LayerExporter layers, BuildMetadata build, IReadOnlyList<string> previous)
    {
        var added = AppSlices.Divide(inputs.AppDirectory, build.Slices, inputs.Owner)
            .Select(slice => layers.AddOrReuse(slice, previous))
            .ToList();
        var reused = added.Count(layer => layer.Reused);
        if (reused > 0)
        {
            log.Info($"Reused {reused}/{added.Count} app layer(s)");
        }

        if (reused < added.Count)
        {
            log.Info($"Added {added.Count - reused}/{added.Count} app layer(s)");
        }

        return [.. added.Select(layer => layer.DiffId)];
    }

    private RunImageMetadata RunImageOf(ExistingImage image, RunImageChoice choice) => new()
    {
        TopLayer = image.DiffIds.Count == 0 ? "" : image.DiffIds[^1],
        Reference = LayoutIdentifier.Folder(image.Identifier) is { } folder ? LayoutIdentifier.Of(folder, EmptyImageDigest) : image.Identifier,
        Choice = inputs.PlatformApi.AtLeast(0, 12) ? choice : new RunImageChoice(),
    };

    private string Entrypoint(BuildMetadata build)
    {
        if (inputs.DefaultProcessType is { } wanted)
        {
            if (build.Processes.All(process => process.Type != wanted))
            {
                throw new InvalidDataException($"determining entrypoint: tried to set {wanted} to default but it doesn't exist");
            }

            log.Info($"Setting default process type '{wanted}'");
            return LauncherLayers.ProcessPath(wanted);
        }

        if (build.DefaultProcessType is not { } type)
        {
            log.Info("no default process type");
            return LauncherLayers.LauncherPath;
        }

        log.Info($"Setting default process type '{type}'");
        return LauncherLayers.ProcessPath(type);
    }

    private void SetLabels(AppImageConfig config, LayersMetadata metadata, BuildMetadata build)
    {
        SetLabel(config, LabelNames.Lifecycle, LifecycleLabel.Of(metadata));
        SetLabel(config, LabelNames.Build, BuildLabel.Of(build, Application.Version, inputs.PlatformApi));
        SetLabel(config, LabelNames.Project, ProjectLabel.Of(inputs.Project));
        foreach (var (name, value) in build.Labels)
        {
            SetLabel(config, name, value);
        }

        if (inputs.PlatformApi.AtLeast(0, 15) && inputs.ExecutionEnvironment.Length > 0)
        {
            SetLabel(config, LabelNames.ExecutionEnvironment, inputs.ExecutionEnvironment);
        }
    }

    private void SetLabel(AppImageConfig config, string name, string value)
    {
        log.Info($"Adding label '{name}'");
        config.SetLabel(name, value);
    }

    private void SetVariables(AppImageConfig config)
    {
        config.SetVariable("CNB_LAYERS_DIR", inputs.LayersDirectory);
        config.SetVariable("CNB_APP_DIR", inputs.AppDirectory);
        config.SetVariable("CNB_PLATFORM_API", inputs.PlatformApi.ToString());
        config.SetVariable("CNB_DEPRECATION_MODE", "quiet");
        config.SetVariable("PATH", $"{LauncherLayers.ProcessDirectory}:{LauncherLayers.LifecycleDirectory}:{config.GetVariable("PATH")}");
    }

    // The reference lifecycle reads the legacy bill of the build once more, for the report.
    private List<LegacyBomEntry> ReadBuildBom(IReadOnlyList<GroupElement> buildpacks) => inputs.PlatformApi.AtLeast(0, 9)
        ? []
        :
        [
            .. buildpacks.SelectMany(buildpack =>
                TomlFile.ReadIfExists(Path.Combine(inputs.LayersDirectory, buildpack.EscapedId, "build.toml"))?
                    .Sections("bom").Select(entry => LegacyBomEntry.From(entry, buildpack)) ?? []),
        ];

    private async Task<Report> SaveAsync(
        IImageExport export, OciImageConfig config, IReadOnlyList<LegacyBomEntry> bom, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> shown = [store.NameOf(inputs.Names[0]), .. inputs.Names.Skip(1)];
        log.Info($"Saving {shown[0]}...");
        var saved = await export.SaveAsync(config, inputs.Names, cancellationToken);
        log.Info($"*** Images ({(saved.Digest is not { } digest ? OciDigest.Hex(saved.ImageId)[..12] : store is LayoutImageStore ? $"{shown[0]}@{digest}" : digest)}):");
        foreach (var name in shown)
        {
            log.Info($"      {name}");
        }

        return new Report(shown)
        {
            Bom = bom,
            ImageId = saved.Digest is null ? OciDigest.Hex(saved.ImageId) : null,
            Digest = store is LayoutImageStore ? null : saved.Digest,
            ManifestSize = saved.ManifestSize == 0 ? null : saved.ManifestSize,
        };
    }
}
