using System.Globalization;
using Buildpacks.Builders;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Planning;
using Buildpacks.Caches;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Builds.Explaining;

/// <summary>
/// The values of a planned build with their sources. A decision that a build takes has one method here, which is in <see cref="Values"/> at its
/// place.
/// </summary>
/// <param name="asked">What the caller asked for.</param>
/// <param name="findings">What was decided.</param>
/// <param name="inputs">What was read of the request; <see langword="null"/> when the app is not at hand.</param>
/// <param name="plan">The plan; <see langword="null"/> when a build would fail before it has one.</param>
/// <param name="configuration">The user's configuration.</param>
/// <param name="engine">The engine that the build was planned with; <see langword="null"/> when it was not planned.</param>
internal sealed class ProjectExplanation(BuildRequest asked, BuildFindings findings, BuildInputs? inputs, BuildPlan? plan, PackConfig configuration, DryEngine? engine)
{
    private const string Computed = "computed";
    private const string None = "none";
    private const string OtherContent = "takes the place of the builder's, which has another content";
    private const string NotInBuilder = "the builder does not have it";

    private BuildRequest Request => findings.Request ?? asked;

    private ProjectDescriptor? Descriptor => findings.Project?.Descriptor;

    private BuilderImage? Builder => findings.Builder;

    private IReadOnlyList<OrderGroup>? Order => findings.Order ?? Builder?.Order;

    /// <summary>The report.</summary>
    /// <param name="kind">The engine that was asked.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="files">The files of the app.</param>
    /// <param name="isComplete">Whether everything was looked up.</param>
    public PackProjectReport ToReport(PackEngineKind? kind, ProjectProblems problems, AppSurvey? files, bool isComplete) => new()
    {
        ImageName = asked.ImageName,
        Path = asked.PathName ?? asked.Path,
        Descriptor = Descriptor?.Source,
        SchemaVersion = Descriptor?.SchemaVersion,
        Engine = kind,
        IsComplete = isComplete,
        Values = [.. Values(files).OfType<PackProjectValue>()],
        Order = [.. (Order ?? []).SelectMany((group, i) => group.Group.Select(entry => new PackProjectBuildpack { Group = i + 1, Id = entry.Id, Version = entry.Version, Optional = entry.Optional }))],
        Files = files?.Files,
        Rules = files?.Rules ?? [],
        Problems = problems.All,
    };

    /// <summary>Each decision, in the order of a build.</summary>
    private IEnumerable<PackProjectValue?> Values(AppSurvey? files) =>
    [
        Image(),
        .. Tags(),
        Target(),
        Optional("Platform", asked.Platform, "-Platform"),
        ProjectDescriptorFile(),
        Files(files?.Files),
        .. (files?.Rules ?? []).Select(Rule),
        BuilderName(),
        .. BuilderFacts(),
        .. Buildpacks(),
        RunImage(),
        .. RunImageMirrors(),
        PullPolicy(),
        .. Environment(),
        ExecEnv(),
        .. Caches(),
        PreviousImage(),
        .. Volumes(),
        FromParameter("Network", asked.Network, "-Network", "the default of the engine"),
        asked.UsesHostUserNamespace ? Parameter("UserNamespace", "host", "-UsernsHost") : null,
        FromParameter("Workspace", asked.Workspace is null ? null : inputs?.Workspace, "-Workspace", inputs?.Workspace ?? ""),
        User(),
        FromParameter("DefaultProcess", asked.DefaultProcess, "-DefaultProcess", "", "chosen by the buildpacks"),
        FromParameter("CreationTime", asked.CreationTime?.ToString("O", CultureInfo.InvariantCulture), "-CreationTime", "1980-01-01T00:00:01Z", "equal builds make equal images"),
        Source(),
        Optional("LogLevel", asked.LogLevel?.ToString(), "-LogLevel"),
        Optional("SbomOutputFolder", asked.SbomFolder, "-SbomOutputFolder"),
        Optional("ReportOutputFolder", asked.ReportFolder, "-ReportOutputFolder"),
        Route(),
        Trust(),
        Phases(),
    ];

    private PackProjectValue Image() => new()
    {
        Name = "Image", Value = Valid(inputs?.Image)?.ToString() ?? asked.ImageName, Origin = PackValueOrigin.Parameter, Source = "-ImageName",
    };

    private IEnumerable<PackProjectValue> Tags() => (inputs?.Tags ?? []).Select(tag => Parameter("Tag", tag.ToString(), "-Tag"));

    private PackProjectValue Target() => asked.Target is { } file
        ? Parameter("Target", file.ToString() + (asked.Sparse ? ", without layers of the run image" : ""), "-ImageName")
        : asked.Publish ? Parameter("Target", $"registry {Valid(inputs?.Image)?.Registry}", "-Publish")
        : Default("Target", engine is null ? "the store of the engine" : $"the store of {engine.Kind.ToString().ToLowerInvariant()}");

    private PackProjectValue ProjectDescriptorFile() => Descriptor switch
    {
        null => Default("Descriptor", None),
        { } found => new PackProjectValue
        {
            Name = "Descriptor", Value = found.Source, Origin = asked.Descriptor is null ? PackValueOrigin.App : PackValueOrigin.Parameter,
            Source = asked.Descriptor is null ? "found in the app" : "-Descriptor", File = found.Source, Reason = $"schema {found.SchemaVersion}",
        },
    };

    private static PackProjectValue? Files(PackProjectFiles? files) => files is null ? null : new PackProjectValue
    {
        Name = "Files", Origin = PackValueOrigin.App, Source = "the app",
        Value = $"{files}, {files.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes" + (files.LeftOut > 0 ? $"; {files.LeftOut} left out" : ""),
    };

    private PackProjectValue Rule(PackProjectRule rule) => FromDescriptor(
        rule.IsInclude ? "Include" : "Exclude", rule.Matches == 1 ? "1 match" : $"{rule.Matches} matches", Descriptor?.FilesLine) with { Item = rule.Pattern };

    private PackProjectValue BuilderName() =>
        !string.IsNullOrWhiteSpace(asked.Builder) ? Parameter("Builder", asked.Builder, "-Builder", Place(asked.Builder))
        : Descriptor?.Builder is { } named ? FromDescriptor("Builder", named, Descriptor.BuilderLine) with { Reason = Place(named) }
        : Request.Builder is { } chosen ? FromConfiguration("Builder", chosen, nameof(PackConfig.DefaultBuilder)) with { Reason = Place(chosen) }
        : Default("Builder", "");

    private IEnumerable<PackProjectValue> BuilderFacts()
    {
        if (Builder is null)
        {
            yield break;
        }

        yield return FromBuilder("Lifecycle", Builder.Lifecycle.Version);
        yield return findings.PlatformApi is { } api
            ? new PackProjectValue
            {
                Name = "PlatformApi", Value = api.ToString(), Origin = PackValueOrigin.Derived, Source = Computed,
                Reason = $"the newest that this module and the lifecycle support; the lifecycle has {string.Join(", ", Builder.Lifecycle.AllPlatformApis())}",
            }
            : FromBuilder("PlatformApi", "");
    }

    private IEnumerable<PackProjectValue> Buildpacks()
    {
        if (asked.DisableSystemBuildpacks)
        {
            yield return Parameter("SystemBuildpacks", None, "-DisableSystemBuildpack");
        }

        if (asked.BuildpackRegistry is { } registry)
        {
            yield return Parameter("BuildpackRegistry", inputs?.BuildpackRegistry ?? registry, "-BuildpackRegistry");
        }

        var (origin, line) = OrderSource();
        foreach (var group in Order ?? [])
        {
            var value = string.Join(", ", group.Group.Select(entry => entry.Optional ? $"{entry}?" : entry.ToString()));
            yield return origin switch
            {
                PackValueOrigin.Parameter => Parameter("Group", value, OrderParameter()),
                PackValueOrigin.Descriptor => FromDescriptor("Group", value, line),
                _ => FromBuilder("Group", value),
            };
        }

        foreach (var group in findings.OrderExtensions ?? Builder?.OrderExtensions ?? [])
        {
            var value = string.Join(", ", group.Group);
            yield return findings.OrderExtensions is null ? FromBuilder("ExtensionGroup", value) : Parameter("ExtensionGroup", value, "-Extension");
        }

        foreach (var added in plan?.AddedModules ?? [])
        {
            if (!added.IsBuildpack)
            {
                yield return Parameter("AddedExtension", $"{added.Id}@{added.Version}", "-Extension", added.IsInBuilder ? OtherContent : NotInBuilder);
                continue;
            }

            yield return new PackProjectValue
            {
                Name = "AddedBuildpack", Value = $"{added.Id}@{added.Version}", Origin = origin,
                Source = origin == PackValueOrigin.Descriptor ? FileSource(Descriptor!.Source, line) : OrderParameter(),
                Reason = added.IsInBuilder ? OtherContent : NotInBuilder,
            };
        }
    }

    private (PackValueOrigin Origin, int? Line) OrderSource() =>
        asked.Buildpacks.Count + asked.PreBuildpacks.Count + asked.PostBuildpacks.Count > 0 ? (PackValueOrigin.Parameter, null)
        : inputs?.Buildpacks is not null ? (PackValueOrigin.Descriptor, new[] { Descriptor!.Group, Descriptor.Pre, Descriptor.Post }.SelectMany(group => group.Buildpacks).FirstOrDefault()?.Line)
        : (PackValueOrigin.Builder, null);

    private string OrderParameter() => asked.Buildpacks.Count > 0 ? "-Buildpack" : asked.PreBuildpacks.Count > 0 ? "-PreBuildpack" : "-PostBuildpack";

    private PackProjectValue? RunImage()
    {
        if (findings.RunImage?.Spelling is not { } name)
        {
            return asked.RunImage is { } named ? Parameter("RunImage", named, "-RunImage") : null;
        }

        return asked.RunImage is not null ? Parameter("RunImage", name, "-RunImage", Place(name))
            : IsMirror(name) ? FromConfiguration("RunImage", name, nameof(PackConfig.RunImageMirrors)) with { Reason = Place(name) }
            : FromBuilder("RunImage", name) with { Reason = Place(name) };
    }

    private IEnumerable<PackProjectValue> RunImageMirrors() => findings.RunImages.Select(name => name.Spelling).Where(name => name != findings.RunImage?.Spelling).Select(name => IsMirror(name)
        ? FromConfiguration("RunImageOther", name, nameof(PackConfig.RunImageMirrors))
        : FromBuilder("RunImageOther", name));

    private PackProjectValue? PullPolicy() => inputs is null ? null
        : asked.PullPolicy is { } asking ? Parameter("PullPolicy", asking.ToString(), "-PullPolicy")
        : configuration.PullPolicy is { } configured ? FromConfiguration("PullPolicy", configured.ToString(), nameof(PackConfig.PullPolicy))
        : Default("PullPolicy", inputs.PullPolicy.ToString());

    /// <summary>Only the descriptor's values are shown: what comes from the caller may be a secret.</summary>
    private IEnumerable<PackProjectValue> Environment()
    {
        foreach (var (name, value) in inputs?.Environment ?? new Dictionary<string, string>())
        {
            yield return (findings.Variables.TryGetValue(name, out var place) ? place : null) switch
            {
                { File: { } file } from => new PackProjectValue
                {
                    Name = "Env", Item = name, Origin = PackValueOrigin.EnvFile, Source = FileSource(file, from.Line), File = file, Line = from.Line, Reason = Own(from),
                },
                { } from => Parameter("Env", "", "-Env", Own(from)) with { Item = name },
                null => FromDescriptor("Env", value, findings.Project?.Variables.LastOrDefault(variable => variable.Name == name)?.Line) with { Item = name },
            };
        }

        static string? Own(VariablePlace place) => place.IsOwn ? "the value is that of this process's environment" : null;
    }

    private PackProjectValue ExecEnv() => asked.ExecEnv == BuildRequest.ProductionEnv
        ? Default("ExecEnv", asked.ExecEnv)
        : Parameter("ExecEnv", asked.ExecEnv, "-ExecEnv");

    private IEnumerable<PackProjectValue> Caches()
    {
        if (inputs is null || plan is null)
        {
            yield break;
        }

        if (plan.Caches.Image is { } image)
        {
            yield return Parameter("CacheImage", image.ToString(), asked.CacheImage is null ? "-Cache" : "-CacheImage");
        }

        yield return Cache("BuildCache", plan.Caches.Build, inputs.Caches.Build is not null);
        if (plan.Route == ExportRoute.Daemon)
        {
            yield return Cache("LaunchCache", plan.Caches.Launch, inputs.Caches.Launch is not null);
        }

        if (asked.ClearCache)
        {
            yield return Parameter("ClearCache", "True", "-ClearCache");
        }
    }

    /// <summary>Whether the image has a volume key already, of which the names of its volumes are made.</summary>
    public bool HasVolumeKey { get; init; }

    private PackProjectValue Cache(string name, CachePlace place, bool isChosen)
    {
        var value = $"{(place.Kind == ContainerMountKind.Volume ? "volume" : "folder")} {place.Source}";
        return isChosen ? Parameter(name, value, "-Cache")
            : !HasVolumeKey ? Default(name, "a new volume") with { Reason = "the image has no volume key yet; a build creates one" }
            : new PackProjectValue { Name = name, Value = value, Origin = PackValueOrigin.Derived, Source = Computed, Reason = "of the image's name and the user's volume key, as pack does it" };
    }

    private PackProjectValue? PreviousImage()
    {
        if (plan is null)
        {
            return asked.PreviousImage is { } named ? Parameter("PreviousImage", named, "-PreviousImage") : null;
        }

        return asked.PreviousImage is { } name
            ? Parameter("PreviousImage", name, "-PreviousImage", plan.Previous is null ? "it does not exist, so no layer is reused" : plan.Previous.Id)
            : Default("PreviousImage", plan.Previous is null ? None : plan.Image.ToString()) with { Reason = plan.Previous?.Id };
    }

    private IEnumerable<PackProjectValue> Volumes() => (inputs?.Volumes ?? []).Select(volume => Parameter(
        "Volume", $"{volume.Source}:{volume.Target}:{string.Join(',', volume.Options.Prepend(volume.ReadOnly ? "ro" : "rw"))}", "-Volume"));

    private PackProjectValue? User() =>
        asked.UserId is not null || asked.GroupId is not null
            ? Parameter("User", $"{asked.UserId ?? Builder?.UserId}:{asked.GroupId ?? Builder?.GroupId}", asked.UserId is null ? "-Gid" : "-Uid")
            : Builder is null ? null : FromBuilder("User", $"{Builder.UserId}:{Builder.GroupId}") with { Source = "environment of the builder" };

    /// <summary>What the image's label says of its source.</summary>
    public SourceMetadata? Metadata { get; init; }

    private PackProjectValue Source() => Metadata switch
    {
        null => Default("SourceMetadata", None) with { Reason = configuration.Experimental == true ? null : "images have it when experimental features are on, as with pack" },
        { IsOfDescriptor: true } said => FromDescriptor("SourceMetadata", said.Shown, Descriptor?.SourceLine),
        { } commit => new PackProjectValue { Name = "SourceMetadata", Value = commit.Shown, Origin = PackValueOrigin.App, Source = "the git repository of the app" },
    };

    private PackProjectValue? Route() => findings.Route is not { } route ? null
        : asked.ExportRoute != ExportRoute.Auto ? Parameter("ExportRoute", route.ToString(), "-ExportRoute")
        : new PackProjectValue
        {
            Name = "ExportRoute", Value = route.ToString(), Origin = PackValueOrigin.Derived, Source = Computed,
            Reason = route == ExportRoute.Layout ? "the lifecycle can write a layout, so no container gets a socket or a credential" : "the lifecycle cannot write a layout",
        };

    private PackProjectValue? Trust()
    {
        const string Name = "TrustedBuilder";
        return findings.Trust switch
        {
            null => asked.TrustBuilder ? Parameter(Name, "True", "-TrustBuilder") : null,
            { Source: TrustSource.Parameter } => Parameter(Name, "True", "-TrustBuilder", Use()),
            { Source: TrustSource.Configuration } trust => FromConfiguration(Name, "True", nameof(PackConfig.TrustedBuilders)) with { Item = trust.Entry, Reason = Use() },
            { Source: TrustSource.BuiltIn } trust => new PackProjectValue
            {
                Name = Name, Value = "True", Origin = PackValueOrigin.Derived, Source = "list of this module", Item = trust.Entry, Reason = Use(),
            },
            _ => Default(Name, "False") with { Reason = Use() },
        };

        string? Use() => findings.Route == ExportRoute.Layout ? "with the export route Layout, nothing depends on it" : null;
    }

    /// <summary>The phases of the lifecycle that a build runs, and in how many containers.</summary>
    private PackProjectValue? Phases()
    {
        if (plan is null)
        {
            return null;
        }

        // With image extensions the phases are separate in any case.
        var isAsked = asked.SeparatePhases && plan.AfterExtending is null;
        var containers = plan.Phases.DistinctBy(phase => phase.Group ?? phase.Name).Count();
        return new PackProjectValue
        {
            Name = "Phases", Value = string.Join(", ", plan.Phases.Concat(plan.AfterExtending ?? []).Select(phase => phase.Name)),
            Origin = isAsked ? PackValueOrigin.Parameter : PackValueOrigin.Derived,
            Source = isAsked ? "-SeparatePhases" : Computed,
            Reason = plan.AfterExtending is not null ? "image extensions are applied after the detector; in one container, or in two if they change the build image"
                : containers == 1 ? "in one container"
                : $"in {containers} containers" + (asked.SeparatePhases ? "" : ": buildpacks get neither a socket nor the password of the registry of the build"),
        };
    }

    private bool IsMirror(string name) => configuration.RunImageMirrors.Any(mirror => mirror.Mirror == name);

    private string? Place(string name) => engine is null || Builder is null ? null
        : engine.IsPulled(name) ? "in its registry; a build pulls it"
        : asked.Publish && name != Request.Builder ? "in its registry"
        : "in the store of the engine";

    private ImageReference? Valid(ImageReference? image) => image is null || findings.Failures.Any(failure => failure.ErrorId == PackErrorIds.ImageNameInvalid) ? null : image;

    private static PackProjectValue Parameter(string name, string value, string parameter, string? reason = null) =>
        new() { Name = name, Value = value, Origin = PackValueOrigin.Parameter, Source = parameter, Reason = reason };

    private static PackProjectValue FromParameter(string name, string? value, string parameter, string otherwise, string? reason = null) =>
        value is not null ? Parameter(name, value, parameter) : Default(name, otherwise) with { Reason = reason };

    private static PackProjectValue? Optional(string name, string? value, string parameter) => value is null ? null : Parameter(name, value, parameter);

    private static PackProjectValue Default(string name, string value) => new() { Name = name, Value = value, Source = "default" };

    private static PackProjectValue FromBuilder(string name, string value) => new() { Name = name, Value = value, Origin = PackValueOrigin.Builder, Source = "label of the builder" };

    private PackProjectValue FromDescriptor(string name, string value, int? line) => new()
    {
        Name = name, Value = value, Origin = PackValueOrigin.Descriptor, Source = FileSource(Descriptor!.Source, line), File = Descriptor.Source, Line = line,
    };

    private PackProjectValue FromConfiguration(string name, string value, string setting)
    {
        var line = configuration.Settings.FirstOrDefault(known => known.Name == setting)?.Line;
        return new PackProjectValue
        {
            Name = name, Value = value, Origin = PackValueOrigin.Configuration, Source = FileSource(configuration.Path, line), File = configuration.Path, Line = line,
        };
    }

    private static string FileSource(string file, int? line) => Path.GetFileName(file) + (line is null ? "" : $", line {line}");
}
