using Buildpacks.Builds.Apps;
using Buildpacks.Descriptors;
using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Planning;

/// <summary>The project descriptor of an app, and what a build takes from it. Parameters of the build win over it.</summary>
/// <param name="descriptor">The descriptor; <see langword="null"/> when the app has none.</param>
/// <param name="execEnv">The execution environment that the build is for.</param>
/// <param name="logger">Is warned of what is not used.</param>
internal sealed class ProjectFile(ProjectDescriptor? descriptor, string execEnv, ILogger logger)
{
    private const string FileName = "project.toml";

    /// <summary>Which files of the app are sent; <see langword="null"/> for all.</summary>
    public AppFilter? Filter => descriptor is null ? null : AppFilter.Of(descriptor.Include, descriptor.Exclude);

    /// <summary>Build-time environment; of two values for a name the later counts.</summary>
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var variables = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var variable in descriptor?.Environment.Where(variable => IsMeant(variable.ExecEnv)) ?? [])
            {
                variables[variable.Name] = variable.Value;
            }

            return variables;
        }
    }

    /// <summary>Finds and reads the descriptor of an app: the one that is named, else the project.toml in its folder or zip file.</summary>
    /// <param name="request">The build.</param>
    /// <param name="logger">Is warned of keys that are not known.</param>
    /// <exception cref="PackException"><c>ProjectTomlNotFound</c> or <c>ProjectTomlInvalid</c>.</exception>
    public static ProjectFile Find(BuildRequest request, ILogger logger)
    {
        var descriptor = request.Descriptor is { } named ? ProjectDescriptorReader.Read(named) : FindIn(request.Path);
        if (descriptor is not null)
        {
            logger.LogInformation("Using the project descriptor {Source}.", descriptor.Source);
        }

        foreach (var warning in descriptor?.Warnings ?? [])
        {
            logger.LogWarning("{Warning}", warning);
        }

        return new ProjectFile(descriptor, request.ExecEnv, logger);
    }

    /// <summary>A build with what it does not say itself taken from the descriptor.</summary>
    public BuildRequest Complete(BuildRequest request)
    {
        if (descriptor is null)
        {
            return request;
        }

        var completed = string.IsNullOrWhiteSpace(request.Builder) ? request with { Builder = descriptor.Builder } : request;
        return request.Buildpacks.Count > 0 ? completed : WithBuildpacks(completed);
    }

    private BuildRequest WithBuildpacks(BuildRequest request)
    {
        var group = LocatorsOf(descriptor!.Group, "The order of the builder is used.");
        if (group.Count > 0)
        {
            foreach (var around in new[] { descriptor.Pre, descriptor.Post }.Where(around => around.Buildpacks.Count > 0))
            {
                logger.LogWarning("{Source}: '{Key}' is ignored, because '{Group}' replaces the order of the builder.", descriptor.Source, around.Key, descriptor.Group.Key);
            }

            return request with
            {
                Buildpacks = [.. request.PreBuildpacks, .. group, .. request.PostBuildpacks], PreBuildpacks = [], PostBuildpacks = [],
            };
        }

        return request with
        {
            PreBuildpacks = request.PreBuildpacks.Count > 0 ? request.PreBuildpacks : LocatorsOf(descriptor.Pre, "No buildpacks are added before those of the builder."),
            PostBuildpacks = request.PostBuildpacks.Count > 0 ? request.PostBuildpacks : LocatorsOf(descriptor.Post, "No buildpacks are added after those of the builder."),
        };
    }

    /// <summary>The buildpacks of a list as a caller would name them. A list is used as a whole or not at all.</summary>
    private List<string> LocatorsOf(ProjectGroup group, string otherwise)
    {
        var meant = group.Buildpacks.Where(buildpack => IsMeant(buildpack.ExecEnv)).ToList();
        var unsupported = meant.Where(buildpack => ReasonAgainst(buildpack) is not null).ToList();
        foreach (var buildpack in unsupported)
        {
            logger.LogWarning(
                "{Source}{Line}: '{Key}' cannot be used: {Reason}. The list '{Group}' is ignored. {Otherwise}",
                descriptor!.Source, buildpack.Line is { } line ? $", line {line}" : "", buildpack.Key, ReasonAgainst(buildpack), group.Key, otherwise);
        }

        return unsupported.Count > 0 ? [] : [.. meant.Select(LocatorOf)];
    }

    private static string? ReasonAgainst(ProjectBuildpack buildpack) => buildpack switch
    {
        { HasScript: true } => "inline buildpacks ('script') are not supported",
        { Uri: { } uri } when !BuildpackLocator.IsOfBuilder(uri) => $"all buildpacks must be in the builder, and its 'uri' is '{uri}'",
        _ => null,
    };

    private static string LocatorOf(ProjectBuildpack buildpack) =>
        buildpack.Uri ?? (buildpack.Version is null ? buildpack.Id! : $"{buildpack.Id}@{buildpack.Version}");

    private bool IsMeant(IReadOnlyList<string> meant) => meant.Count == 0 || meant.Contains(execEnv) || meant.Contains("all");

    /// <summary>Whether there is a file, or a link to one. Opening a pipe would wait for someone to write into it.</summary>
    private static bool IsFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists && FileKinds.IsFile(file.FullName, file.Length);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static ProjectDescriptor? FindIn(string app)
    {
        if (Directory.Exists(app))
        {
            var path = Path.Combine(app, FileName);
            return IsFile(path) ? ProjectDescriptorReader.Read(path) : null;
        }

        if (!AppSource.IsZip(app))
        {
            return null;
        }

        var source = $"{app}/{FileName}";
        try
        {
            return AppZip.ReadFile(app, FileName, SmallFile.Limit) is { } content ? ProjectDescriptorReader.Parse(source, SmallFile.Decode(content)) : null;
        }
        catch (InvalidDataException exception)
        {
            throw new PackException(PackErrorIds.ProjectTomlInvalid, PackErrorKind.InvalidInput, $"{source} is not a valid descriptor: {exception.Message}.", exception)
            {
                Target = source,
            };
        }
    }
}
