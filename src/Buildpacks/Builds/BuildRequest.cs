using Buildpacks.Engines;
using Buildpacks.Stores;

namespace Buildpacks.Builds;

/// <summary>What to build, in the caller's words. Nothing is checked until the build is planned.</summary>
public sealed record BuildRequest
{
    /// <summary>The image's name, with or without registry and tag. A digest is refused.</summary>
    public required string ImageName { get; init; }

    /// <summary>
    /// The layout folder or archive that the image is written to, in the place of the engine's store; <see cref="ImageName"/> is this place then.
    /// <see langword="null"/> for an engine or a registry.
    /// </summary>
    public ImageFilePlace? Target { get; init; }

    /// <summary>Whether a layout gets no layer of the run image: its manifest names them as the registry of the run image has them.</summary>
    public bool Sparse { get; init; }

    /// <summary>
    /// The app's source code: a folder, a zip file or a tar archive, as an absolute path; or a git repository. With <see cref="Input"/>, how messages
    /// name it.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>
    /// A tar archive or zip file with the app's source code; <see langword="null"/> to read <see cref="Path"/>. It is read once, to its end, and not
    /// closed.
    /// </summary>
    public Stream? Input { get; init; }

    /// <summary>How messages name <see cref="Path"/>, when that is a temporary file; <see langword="null"/> otherwise.</summary>
    internal string? PathName { get; init; }

    /// <summary>The index of the tar archive at <see cref="Path"/>; <see langword="null"/> when there is none, or it was not read.</summary>
    internal Apps.AppTarIndex? Tar { get; init; }

    /// <summary>
    /// The project descriptor, as an absolute path; <see langword="null"/> for the project.toml in the app's folder or archive, if there is
    /// one.
    /// </summary>
    public string? Descriptor { get; init; }

    /// <summary>
    /// The builder's name; <see langword="null"/> for the one that the project descriptor names, and then the default builder of the user's
    /// configuration.
    /// </summary>
    public string? Builder { get; init; }

    /// <summary>
    /// The buildpacks to try, in the place of the builder's own order: <c>ID</c> or <c>ID@VERSION</c> of the builder, folders, archives, and
    /// <c>from=builder</c> for its own order.
    /// </summary>
    public IReadOnlyList<string> Buildpacks { get; init; } = [];

    /// <summary>Buildpacks to put before each group of its order. Not beside <see cref="Buildpacks"/>.</summary>
    public IReadOnlyList<string> PreBuildpacks { get; init; } = [];

    /// <summary>Buildpacks to put after each group of its order. Not beside <see cref="Buildpacks"/>.</summary>
    public IReadOnlyList<string> PostBuildpacks { get; init; } = [];

    /// <summary>
    /// The image extensions to try, in the place of the builder's order of them: <c>ID</c> or <c>ID@VERSION</c> of the builder, folders, archives,
    /// addresses and images. The last one comes first, as with pack.
    /// </summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Build-time environment. Wins over <see cref="EnvFiles"/>.</summary>
    public IReadOnlyList<PackVariable> Env { get; init; } = [];

    /// <summary>Files with a line for each variable, of the same form; empty lines and lines that begin with <c>#</c> are skipped.</summary>
    public IReadOnlyList<string> EnvFiles { get; init; } = [];

    /// <summary>The run image's name; <see langword="null"/> for the builder's own.</summary>
    public string? RunImage { get; init; }

    /// <summary>
    /// The image whose layers are reused, by name or, in an engine, id; <see langword="null"/> for the one that has the image's name.
    /// </summary>
    public string? PreviousImage { get; init; }

    /// <summary>
    /// The platform of builder and run image, such as <c>linux/arm64</c>: of images for several platforms, those for this one are used;
    /// <see langword="null"/> for the platform of the builder that the engine has.
    /// </summary>
    public string? Platform { get; init; }

    /// <summary>
    /// Whether the image is one of an index: it is published without a name, its caches are those of its platform, and the image that the index
    /// of its name has for the platform is the previous one.
    /// </summary>
    internal bool IsOfIndex { get; init; }

    /// <summary>Where the source code comes from, when it was fetched before; <see langword="null"/> otherwise.</summary>
    internal Apps.AppOrigin? Origin { get; init; }

    /// <summary>
    /// When builder and run image are pulled; <see langword="null"/> for what the user's configuration says, and
    /// <see cref="PullPolicy.IfNotPresent"/> when it says nothing.
    /// </summary>
    public PullPolicy? PullPolicy { get; init; }

    /// <summary>Whether the build cache is emptied before.</summary>
    public bool ClearCache { get; init; }

    /// <summary>
    /// Caches in other places than the volumes of the image, in pack's form, such as <c>type=build;format=volume;name=my-cache</c>. A relative
    /// path starts from <see cref="BaseFolder"/>.
    /// </summary>
    public IReadOnlyList<string> Caches { get; init; } = [];

    /// <summary>The image in a registry that is the build cache, with <see cref="Publish"/>; <see langword="null"/> for none.</summary>
    public string? CacheImage { get; init; }

    /// <summary>The folder for the SBOM files of the build, as an absolute path; <see langword="null"/> to write none.</summary>
    public string? SbomFolder { get; init; }

    /// <summary>The folder for report.toml, as an absolute path; <see langword="null"/> to write none.</summary>
    public string? ReportFolder { get; init; }

    /// <summary>More names for the image.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Volumes and folders for the buildpacks to see, as <c>SOURCE:TARGET[:ro|rw]</c>.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>The folder that the paths of buildpacks are relative to, and sources in <see cref="Volumes"/> that begin with a dot.</summary>
    public string BaseFolder { get; init; } = Environment.CurrentDirectory;

    /// <summary>The network of the build's containers; <see langword="null"/> for the engine's default.</summary>
    public string? Network { get; init; }

    /// <summary>
    /// The folder of the container, and of the image, in which the app is: its name at the root, or an absolute path; <see langword="null"/> for
    /// <c>/workspace</c>.
    /// </summary>
    public string? Workspace { get; init; }

    /// <summary>Whether the build's containers are in the user namespace of the engine's machine, where the engine gives each another one.</summary>
    public bool UsesHostUserNamespace { get; init; }

    /// <summary>Whether the system buildpacks of the builder are left out.</summary>
    public bool DisableSystemBuildpacks { get; init; }

    /// <summary>The buildpack registry of the build by its name in the user's configuration; <see langword="null"/> for the default registry.</summary>
    public string? BuildpackRegistry { get; init; }

    /// <summary>What the lifecycle writes; <see langword="null"/> for what it writes by default.</summary>
    public LifecycleLogLevel? LogLevel { get; init; }

    /// <summary>The process that the image starts with; <see langword="null"/> for the buildpacks' choice.</summary>
    public string? DefaultProcess { get; init; }

    /// <summary>The user id that detects and builds, and owns the app; <see langword="null"/> for the builder's.</summary>
    public int? UserId { get; init; }

    /// <summary>The group id that detects and builds, and owns the app; <see langword="null"/> for the builder's.</summary>
    public int? GroupId { get; init; }

    /// <summary>
    /// The creation time of the image, in whole seconds; <see langword="null"/> for 1980-01-01T00:00:01Z, with which equal builds make equal images.
    /// Needs platform API 0.9.
    /// </summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>
    /// The execution environment of the image, such as <c>production</c> or <c>test</c>: buildpacks and entries of project.toml may be for some
    /// of them only. Needs platform API 0.15.
    /// </summary>
    public string ExecEnv { get; init; } = ProductionEnv;

    /// <summary>The execution environment of images that are not for tests.</summary>
    internal const string ProductionEnv = "production";

    /// <summary>
    /// Whether the image goes to the registry of its name, and not into the engine's store. Run image and previous image are read from
    /// their registries then.
    /// </summary>
    public bool Publish { get; init; }

    /// <summary>Who the user is at the registry of the image; <see langword="null"/> for what docker and podman know.</summary>
    public RegistryCredential? Credential { get; init; }

    /// <summary>All that is to be shown nowhere.</summary>
    internal IEnumerable<PackVariable> Secrets => Credential is { } credential
        ? Env.Append(new PackVariable("Credential", new System.Net.NetworkCredential("", credential.Password).SecurePassword))
        : Env;

    /// <summary>Registries whose certificate is not checked, and which may speak plain HTTP: <c>HOST</c> or <c>HOST:PORT</c>.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>
    /// Whether the caller trusts the builder: its programs, buildpacks too, may run where the socket of docker or the password of the build's registry
    /// is, if the route needs them.
    /// </summary>
    public bool TrustBuilder { get; init; }

    /// <summary>Whether the caller trusts the buildpacks that the builder does not have as much as the builder.</summary>
    public bool TrustExtraBuildpacks { get; init; }

    /// <summary>Whether buildpacks run in a container of their own, apart from the other phases of the lifecycle.</summary>
    public bool SeparatePhases { get; init; }

    /// <summary>How the image gets into the engine's store.</summary>
    public ExportRoute ExportRoute { get; init; }
}
