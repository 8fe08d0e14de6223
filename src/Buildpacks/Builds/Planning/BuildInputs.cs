using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Phases;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Builds.Planning;

/// <summary>What the caller asked for, read and checked as far as that needs no engine.</summary>
internal sealed record BuildInputs
{
    /// <summary>How the names of variables begin that the platform and the lifecycle give the buildpacks.</summary>
    private const string PlatformPrefix = "CNB_";

    private const int LongestTag = 128;

    /// <summary>The repository of the lifecycle's own images.</summary>
    private const string LifecycleRepository = "docker.io/buildpacksio/lifecycle";

    /// <summary>The name of an image whose name is not valid, while more is checked. Nothing is built then.</summary>
    private static readonly ImageReference Unnamed = ImageReference.Parse("a.invalid/unnamed:latest");

    /// <summary>The image's name.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>More names for it.</summary>
    public required IReadOnlyList<ImageReference> Tags { get; init; }

    /// <summary>The builder's name.</summary>
    public required ImageReference Builder { get; init; }

    /// <summary>The run image that was named; <see langword="null"/> for that of the builder.</summary>
    public required ImageReference? RunImage { get; init; }

    /// <summary>The platform of builder and run image; <see langword="null"/> for that of the builder that the engine has.</summary>
    public required OciPlatform? Platform { get; init; }

    /// <summary>Whether the image is one of an index, and is published without a name.</summary>
    public required bool IsOfIndex { get; init; }

    /// <summary>The image by whose name the caches are called.</summary>
    public ImageReference CacheOwner => IsOfIndex && Platform is { } platform ? Image.WithTag(Shortened($"{Image.Tag}-{PlatformName.ForNames(platform)}")) : Image;

    /// <summary>The image whose layers are reused, in an engine possibly by its id; <see langword="null"/> for the one that has the image's name.</summary>
    public required ImageReference? PreviousImage { get; init; }

    /// <summary>The project descriptor; <see langword="null"/> for none.</summary>
    public ProjectDescriptor? Descriptor { get; init; }

    /// <summary>The app's source code.</summary>
    public required IAppSource App { get; init; }

    /// <summary>The buildpacks that are to be tried; <see langword="null"/> for the builder's order.</summary>
    public required BuildpackSelection? Buildpacks { get; init; }

    /// <summary>The folder of the container in which the app is.</summary>
    public required string Workspace { get; init; }

    /// <summary>The address of the buildpack registry that was named; <see langword="null"/> for the default one.</summary>
    public required string? BuildpackRegistry { get; init; }

    /// <summary>Build-time environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The user's volumes.</summary>
    public required IReadOnlyList<ContainerMount> Volumes { get; init; }

    /// <summary>The caches that were chosen.</summary>
    public required CacheChoice Caches { get; init; }

    /// <summary>When builder and run image are pulled.</summary>
    public required PullPolicy PullPolicy { get; init; }

    /// <summary>The builders that the user's configuration trusts.</summary>
    public required IReadOnlyList<string> TrustedBuilders { get; init; }

    /// <summary>The image extensions that the caller named; empty for those of the builder's order.</summary>
    public IReadOnlyList<ModuleLocator> Extensions { get; init; } = [];

    /// <summary>The user's mirrors of run images.</summary>
    public required IReadOnlyList<PackRunImageMirror> RunImageMirrors { get; init; }

    /// <summary>Reads a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="configuration">The user's configuration.</param>
    /// <param name="logger">Is warned of what is odd.</param>
    /// <param name="findings">Gets what is decided, and may collect failures; then parts that failed are empty.</param>
    /// <exception cref="PackException">
    /// <c>ImageNameInvalid</c>, <c>NoBuilder</c>, <c>BuildpackInvalid</c>, <c>BuildpackNotFound</c>, <c>AppPathNotFound</c>,
    /// <c>AppPathEmpty</c>, <c>AppPathInvalid</c>, <c>ProjectTomlNotFound</c>, <c>ProjectTomlInvalid</c>, <c>EnvInvalid</c>, <c>EnvFileNotFound</c>, <c>EnvFileInvalid</c>, <c>CacheInvalid</c>, <c>VolumeInvalid</c>.
    /// </exception>
    public static BuildInputs Read(BuildRequest request, PackConfig configuration, ILogger logger, BuildFindings? findings = null)
    {
        findings ??= new BuildFindings();
        var project = findings.Project = findings.Try(() => ProjectFile.Find(request, logger), ProjectFile.None(request, logger));
        request = findings.Request = Complete(project.Complete(request), configuration, logger);
        var names = ReadNames(request, configuration, logger, findings);
        var workspace = findings.Try(() => WorkspaceFolder.Read(request.Workspace), WorkspaceFolder.Read(null));
        var buildpacks = findings.Try(() => BuildpackSelection.Read(project.Buildpacks(request)), null);
        if (!request.Publish && !request.Sparse && request.Credential is not null)
        {
            logger.LogWarning("-Credential does nothing without -Publish: the image goes into the engine's store.");
        }

        return new BuildInputs
        {
            Image = names.Image,
            Tags = names.Tags,
            Builder = names.Builder ?? Unnamed,
            RunImage = names.RunImage,
            Platform = findings.Try(() => request.Platform is { } platform ? PlatformName.Read(platform) : null, null),
            IsOfIndex = request.IsOfIndex,
            Descriptor = project.Descriptor,
            PullPolicy = request.PullPolicy!.Value,
            RunImageMirrors = configuration.RunImageMirrors,
            TrustedBuilders = configuration.TrustedBuilders,
            PreviousImage = names.PreviousImage,
            Buildpacks = buildpacks,
            Extensions = [.. request.Extensions.Select(text => findings.Try(() => BuildpackSelection.ExtensionOf(text, request.BaseFolder), null)).OfType<ModuleLocator>()],
            App = findings.Try(() => AppSource.Open(request.Path, logger, project.Filter, request.Tar, request.PathName), NoApp.Instance),
            Workspace = workspace,
            BuildpackRegistry = findings.Try(() => AddressOf(request.BuildpackRegistry, configuration), null),
            Environment = ReadEnvironment(request, project, logger, findings),
            Caches = findings.Try(() => ReadCaches(request, names), new CacheChoice(null, null, null)),
            Volumes = [.. request.Volumes.Select(volume => findings.Try(() => ReadVolume(volume, request.BaseFolder, workspace, logger), null)).OfType<ContainerMount>()],
        };
    }

    /// <summary>Checks the names and the path of a request. Files of variables are left alone: one that is a pipe can be read once.</summary>
    /// <param name="request">The request.</param>
    /// <param name="configuration">The user's configuration.</param>
    /// <exception cref="PackException">
    /// <c>ImageNameInvalid</c>, <c>NoBuilder</c>, <c>BuildpackInvalid</c>, <c>BuildpackNotFound</c>, <c>AppPathNotFound</c>,
    /// <c>AppPathEmpty</c>, <c>AppPathInvalid</c>, <c>ProjectTomlNotFound</c>, <c>ProjectTomlInvalid</c>, <c>CacheInvalid</c>.
    /// </exception>
    /// <returns>The builder's name; <see langword="null"/> when only the project descriptor of an app in a git repository may name it.</returns>
    public static string? Check(BuildRequest request, PackConfig configuration)
    {
        if (request.Input is not null || GitAddress.IsMeant(request.Path))
        {
            // Nothing is fetched for a check, and what can be read once is left for the build.
            if (request.Input is null)
            {
                GitAddress.Parse(request.Path);
            }

            if (request.Builder is not null)
            {
                ReadNames(request, configuration, NullLogger.Instance, new BuildFindings());
            }

            return request.Builder;
        }

        var project = ProjectFile.Find(request, NullLogger.Instance);
        request = Complete(project.Complete(request), configuration, NullLogger.Instance);
        var names = ReadNames(request, configuration, NullLogger.Instance, new BuildFindings());
        WorkspaceFolder.Read(request.Workspace);
        if (request.Platform is { } platform)
        {
            PlatformName.Read(platform);
        }

        AddressOf(request.BuildpackRegistry, configuration);
        ReadCaches(request, names);
        BuildpackSelection.Read(project.Buildpacks(request));
        AppSource.Open(request.Path, NullLogger.Instance, tar: request.Tar);
        return request.Builder!;
    }

    /// <summary>A request with what neither it nor the project descriptor says taken from the user's configuration.</summary>
    private static BuildRequest Complete(BuildRequest request, PackConfig configuration, ILogger logger)
    {
        if (string.IsNullOrWhiteSpace(request.Builder) && configuration.DefaultBuilder is { } builder)
        {
            logger.LogInformation("Using the default builder {Builder} of {Path}.", builder, configuration.Path);
            request = request with { Builder = builder };
        }

        return request with { PullPolicy = request.PullPolicy ?? configuration.PullPolicy ?? BuildDefaults.PullPolicy };
    }

    private static BuildNames ReadNames(
        BuildRequest request, PackConfig configuration, ILogger logger, BuildFindings findings)
    {
        findings.Try(() => RefuseMisfits(request));
        var image = findings.Try(() => request.Target?.NameOf() ?? ImageNames.Parse(request.ImageName), Unnamed);
        var tags = findings.Try(() => TagNames.Parse(image, request.Tags, logger), []);
        ImageReference? builder = null;
        ImageReference? runImage = null;
        ImageReference? previousImage = null;
        if (string.IsNullOrWhiteSpace(request.Builder))
        {
            findings.Add(new PackException(PackErrorIds.NoBuilder, PackErrorKind.InvalidInput, "No builder was specified.")
            {
                RecommendedAction = "Specify one with -Builder, in project.toml or with Set-PackConfig -DefaultBuilder; Get-PackImage -All shows which images are builders.",
            });
        }
        else
        {
            builder = findings.Try<ImageReference?>(() => ImageNames.Read(request.Builder, "builder"), null);
        }

        if (request.RunImage is { } named)
        {
            runImage = findings.Try<ImageReference?>(() => ImageNames.Read(named, "run image"), null);
        }

        if (request.PreviousImage is { } previous)
        {
            previousImage = findings.Try<ImageReference?>(() => ImageNames.Read(previous, "previous image"), null);
        }

        foreach (var name in tags.Prepend(image))
        {
            findings.Try(() => ImageNames.Refuse(name, builder, "builder"));
            findings.Try(() => ImageNames.Refuse(name, runImage, "run image"));
            findings.Try(() => ImageNames.Refuse(name, ImageReference.Find(configuration.DefaultBuilder), "default builder"));
            findings.Try(() => ImageNames.Refuse(name, ImageReference.Find(configuration.LifecycleImage), "lifecycle image"));
            findings.Try(() => ImageNames.RefuseRepository(name, LifecycleRepository, "lifecycle image"));
            foreach (var trusted in configuration.TrustedBuilders)
            {
                findings.Try(() => ImageNames.Refuse(name, ImageReference.Find(trusted), "trusted builder"));
            }
        }

        return new BuildNames(image, tags, builder, runImage, previousImage);
    }

    private static string Shortened(string tag) => tag.Length > LongestTag ? tag[^LongestTag..].TrimStart('.', '-') : tag;

    private static string? AddressOf(string? registry, PackConfig configuration) =>
        registry is null ? null : RegistryIndex.UrlOf(registry, configuration)
            ?? throw new PackException(
                PackErrorIds.BuildpackRegistryNotFound, PackErrorKind.NotFound,
                $"The configuration has no buildpack registry '{registry}'. It has {string.Join(", ", configuration.Registries.Select(known => known.Name).Prepend(PackConfigFile.OfficialRegistry))}.")
            {
                Target = registry,
                RecommendedAction = "Check the name, or add the registry with Set-PackConfig -Registry.",
            };

    /// <summary>Refuses parameters that do not fit the place of the image.</summary>
    private static void RefuseMisfits(BuildRequest request)
    {
        if (request.Sparse && request.Target is not { Format: PackImageFormat.Layout })
        {
            throw Misfit("-Sparse is for OCI layout folders: an engine, a registry and an archive need all layers", "Write -ImageName as oci:FOLDER, or omit -Sparse.");
        }

        if (request.Target is not null && request.Publish)
        {
            throw Misfit($"-Publish puts an image into its registry, and '{request.ImageName}' is a file or folder", "Omit -Publish, or specify the image's name in the registry. Copy-PackImage copies between files and registries.");
        }

        if (request.Target is not null && request.ExportRoute == ExportRoute.Daemon)
        {
            throw Misfit($"the export route Daemon puts an image into docker's store, and '{request.ImageName}' is a file or folder", "Omit -ExportRoute.");
        }

        PackException Misfit(string problem, string action) =>
            new(PackErrorIds.DestinationInvalid, PackErrorKind.InvalidInput, $"The image cannot be written there: {problem}.") { Target = request.ImageName, RecommendedAction = action };
    }

    private static CacheChoice ReadCaches(BuildRequest request, BuildNames names)
    {
        var caches = CacheChoice.Read(request.Caches, request.CacheImage, request.Publish, request.BaseFolder);
        caches.RefuseNames(
            names.Tags.Prepend(names.Image), (names.Builder, "builder"), (names.RunImage, "run image"), (names.PreviousImage, "previous image"));
        return caches;
    }

    private static IReadOnlyDictionary<string, string> ReadEnvironment(BuildRequest request, ProjectFile project, ILogger logger, BuildFindings findings)
    {
        var environment = new BuildEnvironment(System.Environment.GetEnvironmentVariable) { Problem = findings.Add };
        var variables = environment.Read(request.Env, request.EnvFiles, project.Environment);
        findings.Variables = environment.Places;
        foreach (var name in environment.Unset)
        {
            logger.LogWarning("The variable {Name} has no value and is not set in this environment: it is not passed to the build.", name);
        }

        string[] reserved = [.. variables.Keys.Where(name => name.StartsWith(PlatformPrefix, StringComparison.Ordinal))];
        if (reserved.Length == 0)
        {
            return variables;
        }

        logger.LogWarning(
            "The variables {Names} are ignored: names that begin with {Prefix} are reserved for the platform and the lifecycle.", string.Join(", ", reserved), PlatformPrefix);
        return variables.Where(variable => !reserved.Contains(variable.Key)).ToDictionary(StringComparer.Ordinal);
    }

    private static ContainerMount ReadVolume(string text, string baseFolder, string workspace, ILogger logger)
    {
        var mount = VolumeSpec.Parse(text, baseFolder, out var warning, workspace);
        if (warning is not null)
        {
            logger.LogWarning("{Warning}", warning);
        }

        return mount;
    }

    /// <summary>The names of a request.</summary>
    /// <param name="Image">The image's name.</param>
    /// <param name="Tags">More names for it.</param>
    /// <param name="Builder">The builder; <see langword="null"/> when it was not named, or not by a valid name.</param>
    /// <param name="RunImage">The run image; <see langword="null"/> for that of the builder.</param>
    /// <param name="PreviousImage">The image whose layers are reused; <see langword="null"/> for the one that has the image's name.</param>
    private sealed record BuildNames(
        ImageReference Image, IReadOnlyList<ImageReference> Tags, ImageReference? Builder, ImageReference? RunImage, ImageReference? PreviousImage);
}
