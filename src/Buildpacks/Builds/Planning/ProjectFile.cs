using Buildpacks.Builds.Apps;
using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Modules;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Planning;

/// <summary>The project descriptor of an app, and what a build takes from it. Parameters of the build win over it.</summary>
/// <param name="descriptor">The descriptor; <see langword="null"/> when the app has none.</param>
/// <param name="folder">The folder that relative paths in the descriptor start at.</param>
/// <param name="execEnv">The execution environment that the build is for.</param>
/// <param name="logger">Is warned of what is not used.</param>
internal sealed class ProjectFile(ProjectDescriptor? descriptor, string folder, string execEnv, ILogger logger)
{
    private const string FileName = "project.toml";

    /// <summary>The descriptor; <see langword="null"/> when the app has none.</summary>
    public ProjectDescriptor? Descriptor => descriptor;

    /// <summary>The variables that are for the execution environment of the build; of two for a name the later counts.</summary>
    public IEnumerable<ProjectVariable> Variables => descriptor?.Environment.Where(variable => IsMeant(variable.ExecEnv)) ?? [];

    /// <summary>Which files of the app are sent; <see langword="null"/> for all.</summary>
    public AppFilter? Filter => descriptor is null ? null : AppFilter.Of(descriptor.Include, descriptor.Exclude);

    /// <summary>Build-time environment; of two values for a name the later counts.</summary>
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var variables = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var variable in Variables)
            {
                variables[variable.Name] = variable.Value;
            }

            return variables;
        }
    }

    /// <summary>Finds and reads the descriptor of an app: the one that is named, else the project.toml in its folder or archive.</summary>
    /// <param name="request">The build.</param>
    /// <param name="logger">Is warned of keys that are not known.</param>
    /// <exception cref="PackException"><c>ProjectTomlNotFound</c> or <c>ProjectTomlInvalid</c>.</exception>
    public static ProjectFile Find(BuildRequest request, ILogger logger)
    {
        var descriptor = request.Descriptor is { } named ? ProjectDescriptorReader.Read(named) : FindIn(request);
        if (descriptor is not null)
        {
            logger.LogInformation("Using the project descriptor {Source}.", descriptor.Source);
        }

        foreach (var warning in descriptor?.Warnings ?? [])
        {
            logger.LogWarning("{Warning}", warning);
        }

        return new ProjectFile(descriptor, FolderOf(request), request.ExecEnv, logger);
    }

    /// <summary>An app without a descriptor.</summary>
    public static ProjectFile None(BuildRequest request, ILogger logger) => new(null, FolderOf(request), request.ExecEnv, logger);

    private static string FolderOf(BuildRequest request) =>
        request.Descriptor is { } file ? Path.GetDirectoryName(Path.GetFullPath(file))!
        : Directory.Exists(request.Path) ? request.Path
        : request.PathName is not null ? request.BaseFolder
        : Path.GetDirectoryName(Path.GetFullPath(request.Path)) ?? request.Path;

    /// <summary>A build with what it does not say itself taken from the descriptor.</summary>
    public BuildRequest Complete(BuildRequest request) =>
        descriptor is not null && string.IsNullOrWhiteSpace(request.Builder) ? request with { Builder = descriptor.Builder } : request;

    /// <summary>The buildpacks that a build names, and those that the descriptor names where the build does not.</summary>
    /// <exception cref="PackException"><c>BuildpackInvalid</c> or <c>BuildpackNotFound</c>.</exception>
    public BuildpackLists Buildpacks(BuildRequest request)
    {
        var lists = BuildpackLists.Of(request);
        if (descriptor is null || lists.Buildpacks.Count > 0)
        {
            return lists;
        }

        var group = LocatorsOf(descriptor.Group);
        if (group.Count == 0)
        {
            return lists with
            {
                Pre = lists.Pre.Count > 0 ? lists.Pre : LocatorsOf(descriptor.Pre),
                Post = lists.Post.Count > 0 ? lists.Post : LocatorsOf(descriptor.Post),
            };
        }

        foreach (var around in new[] { descriptor.Pre, descriptor.Post }.Where(around => around.Buildpacks.Count > 0))
        {
            logger.LogWarning("{Source}: '{Key}' is ignored, because '{Group}' replaces the order of the builder.", descriptor.Source, around.Key, descriptor.Group.Key);
        }

        return new BuildpackLists([.. lists.Pre, .. group, .. lists.Post], [], []);
    }

    private List<ModuleLocator> LocatorsOf(ProjectGroup group) => [.. group.Buildpacks.Where(buildpack => IsMeant(buildpack.ExecEnv)).Select(LocatorOf)];

    private ModuleLocator LocatorOf(ProjectBuildpack buildpack) => buildpack switch
    {
        { Script: { } script } => new ModuleLocator(ModuleLocatorKind.Inline, buildpack.Id!, buildpack.Id!)
        {
            Script = new InlineBuildpack(buildpack.Id!, buildpack.Version, script.Api, script.Shell, script.Text),
        },
        { Uri: { } uri } => ModuleLocator.Parse(uri, folder),
        { Version: null } => ModuleLocator.Parse(buildpack.Id!, folder),
        _ => ModuleLocator.Parse($"{buildpack.Id}@{buildpack.Version}", folder),
    };

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

    private static ProjectDescriptor? FindIn(BuildRequest request)
    {
        var app = request.Path;
        if (Directory.Exists(app))
        {
            var path = Path.Combine(app, FileName);
            return IsFile(path) ? ProjectDescriptorReader.Read(path) : null;
        }

        var source = $"{request.PathName ?? app}/{FileName}";
        try
        {
            return ReadArchived(request) is { } content ? ProjectDescriptorReader.Parse(source, SmallFile.Decode(content)) : null;
        }
        catch (InvalidDataException exception)
        {
            throw new PackException(PackErrorIds.ProjectTomlInvalid, PackErrorKind.InvalidInput, $"{source} is not a valid descriptor: {exception.Message}.", exception)
            {
                Target = source,
                RecommendedAction = $"Correct {source}, or specify another descriptor with -Descriptor.",
            };
        }
    }

    /// <summary>The descriptor in a zip file or a tar archive; <see langword="null"/> for none.</summary>
    private static byte[]? ReadArchived(BuildRequest request)
    {
        if (AppTarIndex.Of(request) is { } tar)
        {
            return tar.DescriptorProblem is { } problem ? throw new InvalidDataException(problem) : tar.Descriptor;
        }

        return AppSource.IsZip(request.Path) ? AppZip.ReadFile(request.Path, FileName, SmallFile.Limit) : null;
    }
}
