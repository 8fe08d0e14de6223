namespace Buildpacks;

/// <summary>
/// The ids of all errors: <see cref="PackException.ErrorId"/>, and the first part of an error record's FullyQualifiedErrorId. They do not change
/// between versions. The page about_Buildpacks_Errors says what each means and what to do.
/// </summary>
public static class PackErrorIds
{
    /// <summary>No container engine answers; the error lists the engines that were tried.</summary>
    public const string NoEngine = nameof(NoEngine);

    /// <summary>Set-PackEngine was called without an engine.</summary>
    public const string EngineMissing = nameof(EngineMissing);

    /// <summary>PACK_ENGINE names an engine that does not exist.</summary>
    public const string EngineUnknown = nameof(EngineUnknown);

    /// <summary>The podman program was not found.</summary>
    public const string PodmanNotInstalled = nameof(PodmanNotInstalled);

    /// <summary>podman did not answer in time.</summary>
    public const string PodmanUnreachable = nameof(PodmanUnreachable);

    /// <summary>No docker engine answers at the address.</summary>
    public const string DockerUnreachable = nameof(DockerUnreachable);

    /// <summary>This user may not use docker's socket.</summary>
    public const string DockerPermissionDenied = nameof(DockerPermissionDenied);

    /// <summary>The docker engine is older than this module supports.</summary>
    public const string DockerTooOld = nameof(DockerTooOld);

    /// <summary>The value is not a valid address of a docker engine.</summary>
    public const string DockerEndpointInvalid = nameof(DockerEndpointInvalid);

    /// <summary>The docker engine requires TLS.</summary>
    public const string DockerTlsRequired = nameof(DockerTlsRequired);

    /// <summary>The TLS connection to a docker engine failed: one side does not accept the certificate of the other.</summary>
    public const string DockerTlsFailed = nameof(DockerTlsFailed);

    /// <summary>A file with certificates for docker cannot be used.</summary>
    public const string DockerTlsInvalid = nameof(DockerTlsInvalid);

    /// <summary>The address needs the program ssh, which is not on PATH.</summary>
    public const string DockerSshNotFound = nameof(DockerSshNotFound);

    /// <summary>The docker context does not exist.</summary>
    public const string DockerContextNotFound = nameof(DockerContextNotFound);

    /// <summary>docker's config.json, or the file of a docker context, cannot be read.</summary>
    public const string DockerConfigurationInvalid = nameof(DockerConfigurationInvalid);

    /// <summary>The user's configuration file is not valid.</summary>
    public const string ConfigurationInvalid = nameof(ConfigurationInvalid);

    /// <summary>The user's configuration file cannot be read or written.</summary>
    public const string ConfigurationUnusable = nameof(ConfigurationUnusable);

    /// <summary>The value does not fit the setting.</summary>
    public const string ConfigurationValueInvalid = nameof(ConfigurationValueInvalid);

    /// <summary>The configuration does not have the entry that is to be removed.</summary>
    public const string ConfigurationEntryNotFound = nameof(ConfigurationEntryNotFound);

    /// <summary>Set-PackConfig was used without a setting.</summary>
    public const string ConfigurationSettingMissing = nameof(ConfigurationSettingMissing);

    /// <summary>The engine does not have the image, container, volume or network.</summary>
    public const string EngineNotFound = nameof(EngineNotFound);

    /// <summary>An object with this name exists or is in use.</summary>
    public const string EngineConflict = nameof(EngineConflict);

    /// <summary>The engine or a registry denies access.</summary>
    public const string EngineUnauthorized = nameof(EngineUnauthorized);

    /// <summary>The engine, or a registry that it contacted, does not answer.</summary>
    public const string EngineUnreachable = nameof(EngineUnreachable);

    /// <summary>The engine does not support the operation, or there is no image for its platform.</summary>
    public const string EngineUnsupported = nameof(EngineUnsupported);

    /// <summary>The engine does not accept a name or a value.</summary>
    public const string EngineInvalidInput = nameof(EngineInvalidInput);

    /// <summary>The disk is full.</summary>
    public const string EngineNoSpace = nameof(EngineNoSpace);

    /// <summary>The engine failed.</summary>
    public const string EngineFailed = nameof(EngineFailed);

    /// <summary>A test container ended with an error.</summary>
    public const string ContainerFailed = nameof(ContainerFailed);

    /// <summary>A temporary file cannot be written.</summary>
    public const string TemporaryFileFailed = nameof(TemporaryFileFailed);

    /// <summary>The registry cannot be reached from this machine.</summary>
    public const string RegistryUnreachable = nameof(RegistryUnreachable);

    /// <summary>The registry requires a login, and no credential was found.</summary>
    public const string RegistryLoginMissing = nameof(RegistryLoginMissing);

    /// <summary>The registry does not accept the user name or password.</summary>
    public const string RegistryLoginRefused = nameof(RegistryLoginRefused);

    /// <summary>The registry does not accept the token.</summary>
    public const string RegistryTokenExpired = nameof(RegistryTokenExpired);

    /// <summary>The login has no permission for the repository.</summary>
    public const string RegistryAccessDenied = nameof(RegistryAccessDenied);

    /// <summary>The registry names a token server that is not trusted with the credential.</summary>
    public const string RegistryRealmUntrusted = nameof(RegistryRealmUntrusted);

    /// <summary>The certificate of the registry is not valid.</summary>
    public const string RegistryCertificateRefused = nameof(RegistryCertificateRefused);

    /// <summary>A certificate file in certs.d is not valid.</summary>
    public const string RegistryCertificateInvalid = nameof(RegistryCertificateInvalid);

    /// <summary>A configuration file for registries is not valid.</summary>
    public const string RegistryConfigurationInvalid = nameof(RegistryConfigurationInvalid);

    /// <summary>The value of CNB_REGISTRY_AUTH is not valid.</summary>
    public const string RegistryAuthInvalid = nameof(RegistryAuthInvalid);

    /// <summary>The registry is blocked in registries.conf.</summary>
    public const string RegistryBlocked = nameof(RegistryBlocked);

    /// <summary>The registry does not have the repository.</summary>
    public const string RegistryNotFound = nameof(RegistryNotFound);

    /// <summary>The registry is not available at the moment.</summary>
    public const string RegistryUnavailable = nameof(RegistryUnavailable);

    /// <summary>The registry limits the number of requests.</summary>
    public const string RegistryLimitReached = nameof(RegistryLimitReached);

    /// <summary>The registry, or a proxy in front of it, limits the size of a request.</summary>
    public const string RegistryTooLarge = nameof(RegistryTooLarge);

    /// <summary>The registry does not support the operation.</summary>
    public const string RegistryUnsupported = nameof(RegistryUnsupported);

    /// <summary>The registry lost an upload.</summary>
    public const string RegistryUploadCut = nameof(RegistryUploadCut);

    /// <summary>The registry sent an invalid answer.</summary>
    public const string RegistryAnswerInvalid = nameof(RegistryAnswerInvalid);

    /// <summary>The registry answered with an error.</summary>
    public const string RegistryFailed = nameof(RegistryFailed);

    /// <summary>A manifest is not valid.</summary>
    public const string ManifestInvalid = nameof(ManifestInvalid);

    /// <summary>The value of -Platform is not a platform.</summary>
    public const string PlatformInvalid = nameof(PlatformInvalid);

    /// <summary>The image is not available for the platform.</summary>
    public const string PlatformNotFound = nameof(PlatformNotFound);

    /// <summary>An entry of -PlatformEngine is not valid.</summary>
    public const string PlatformEngineInvalid = nameof(PlatformEngineInvalid);

    /// <summary>The engine cannot run containers of the platform.</summary>
    public const string PlatformNotRunnable = nameof(PlatformNotRunnable);

    /// <summary>A blob of the image is missing.</summary>
    public const string BlobNotFound = nameof(BlobNotFound);

    /// <summary>A blob of the image cannot be read.</summary>
    public const string BlobUnreadable = nameof(BlobUnreadable);

    /// <summary>The content does not match its digest or size.</summary>
    public const string DigestMismatch = nameof(DigestMismatch);

    /// <summary>No builder was specified.</summary>
    public const string NoBuilder = nameof(NoBuilder);

    /// <summary>The project descriptor is not valid.</summary>
    public const string ProjectTomlInvalid = nameof(ProjectTomlInvalid);

    /// <summary>The project descriptor does not exist.</summary>
    public const string ProjectTomlNotFound = nameof(ProjectTomlNotFound);

    /// <summary>The value of a parameter is empty.</summary>
    public const string ArgumentEmpty = nameof(ArgumentEmpty);

    /// <summary>The app's path does not exist.</summary>
    public const string AppPathNotFound = nameof(AppPathNotFound);

    /// <summary>The app's folder is empty.</summary>
    public const string AppPathEmpty = nameof(AppPathEmpty);

    /// <summary>The app's path is not a folder or a zip file, or is too large.</summary>
    public const string AppPathInvalid = nameof(AppPathInvalid);

    /// <summary>The text is not one command of pack.</summary>
    public const string PackCommandInvalid = nameof(PackCommandInvalid);

    /// <summary>The command of pack has no counterpart in this module.</summary>
    public const string PackCommandUnknown = nameof(PackCommandUnknown);

    /// <summary>The address of an app in a git repository is not valid.</summary>
    public const string AppGitInvalid = nameof(AppGitInvalid);

    /// <summary>The app cannot be fetched from its git repository.</summary>
    public const string AppGitFailed = nameof(AppGitFailed);

    /// <summary>The program git is not on PATH.</summary>
    public const string GitNotFound = nameof(GitNotFound);

    /// <summary>The path matches several files.</summary>
    public const string AppPathAmbiguous = nameof(AppPathAmbiguous);

    /// <summary>A piped object has an image name but no app path.</summary>
    public const string AppPathMissing = nameof(AppPathMissing);

    /// <summary>The app is to be read from a stream that has no archive for the command.</summary>
    public const string AppInputUnavailable = nameof(AppInputUnavailable);

    /// <summary>A file of the app cannot be read.</summary>
    public const string AppFileUnreadable = nameof(AppFileUnreadable);

    /// <summary>The name of a file of the app cannot be written to an archive.</summary>
    public const string AppFileNameInvalid = nameof(AppFileNameInvalid);

    /// <summary>The image name is not valid.</summary>
    public const string ImageNameInvalid = nameof(ImageNameInvalid);

    /// <summary>The item has no image name.</summary>
    public const string ImageNameMissing = nameof(ImageNameMissing);

    /// <summary>Several items of the pipeline result in the same image name.</summary>
    public const string ImageNameAmbiguous = nameof(ImageNameAmbiguous);

    /// <summary>An entry of -Env is not valid.</summary>
    public const string EnvInvalid = nameof(EnvInvalid);

    /// <summary>A line of an environment file is not valid.</summary>
    public const string EnvFileInvalid = nameof(EnvFileInvalid);

    /// <summary>The environment file does not exist.</summary>
    public const string EnvFileNotFound = nameof(EnvFileNotFound);

    /// <summary>An entry of -Volume is not valid.</summary>
    public const string VolumeInvalid = nameof(VolumeInvalid);

    /// <summary>The folder of -Workspace is not valid.</summary>
    public const string WorkspaceInvalid = nameof(WorkspaceInvalid);

    /// <summary>An entry of -Cache, or a cache image, is not valid.</summary>
    public const string CacheInvalid = nameof(CacheInvalid);

    /// <summary>The PowerShell drive does not exist.</summary>
    public const string DriveNotFound = nameof(DriveNotFound);

    /// <summary>The path does not exist.</summary>
    public const string PathNotFound = nameof(PathNotFound);

    /// <summary>The path is not in the file system.</summary>
    public const string PathNotFileSystem = nameof(PathNotFileSystem);

    /// <summary>The file with the keys of cache names cannot be used.</summary>
    public const string VolumeKeysInvalid = nameof(VolumeKeysInvalid);

    /// <summary>The builder is not in the engine and cannot be pulled.</summary>
    public const string BuilderNotFound = nameof(BuilderNotFound);

    /// <summary>The image is not a builder.</summary>
    public const string NotABuilder = nameof(NotABuilder);

    /// <summary>The builder's labels are malformed.</summary>
    public const string BuilderMetadataInvalid = nameof(BuilderMetadataInvalid);

    /// <summary>The builder does not name a run image.</summary>
    public const string BuilderWithoutRunImage = nameof(BuilderWithoutRunImage);

    /// <summary>The run image is not in the engine and cannot be pulled.</summary>
    public const string RunImageNotFound = nameof(RunImageNotFound);

    /// <summary>The lifecycle does not support a required API.</summary>
    public const string IncompatibleApi = nameof(IncompatibleApi);

    /// <summary>The builder has no lifecycle, or its lifecycle cannot run.</summary>
    public const string LifecycleMissing = nameof(LifecycleMissing);

    /// <summary>The export route Daemon needs docker's socket.</summary>
    public const string DaemonRouteUnsupported = nameof(DaemonRouteUnsupported);

    /// <summary>The export route Registry cannot be used with this engine: its containers do not reach this process.</summary>
    public const string RegistryRouteUnsupported = nameof(RegistryRouteUnsupported);

    /// <summary>The export route would give docker's socket to a builder that is not trusted.</summary>
    public const string BuilderNotTrusted = nameof(BuilderNotTrusted);

    /// <summary>A build in the user namespace of the machine needs one container, and this one has two.</summary>
    public const string UsernsHostUnsupported = nameof(UsernsHostUnsupported);

    /// <summary>The builder or the path does not contain the buildpack.</summary>
    public const string BuildpackNotFound = nameof(BuildpackNotFound);

    /// <summary>The builder has several versions of the buildpack.</summary>
    public const string BuildpackAmbiguous = nameof(BuildpackAmbiguous);

    /// <summary>The buildpack is in a place that buildpacks are not read from.</summary>
    public const string BuildpackSourceUnsupported = nameof(BuildpackSourceUnsupported);

    /// <summary>The file cannot be downloaded.</summary>
    public const string DownloadFailed = nameof(DownloadFailed);

    /// <summary>The downloaded file is not the expected one, or its server redirects to an unsafe address.</summary>
    public const string DownloadInvalid = nameof(DownloadInvalid);

    /// <summary>The configuration does not have the buildpack registry of -BuildpackRegistry.</summary>
    public const string BuildpackRegistryNotFound = nameof(BuildpackRegistryNotFound);

    /// <summary>The index of the buildpack registry cannot be fetched or read.</summary>
    public const string RegistryIndexFailed = nameof(RegistryIndexFailed);

    /// <summary>The folder, archive or name is not a buildpack.</summary>
    public const string BuildpackInvalid = nameof(BuildpackInvalid);

    /// <summary>The buildpack's folder is not valid.</summary>
    public const string BuildpackFolderInvalid = nameof(BuildpackFolderInvalid);

    /// <summary>The buildpack's archive is not valid.</summary>
    public const string BuildpackArchiveInvalid = nameof(BuildpackArchiveInvalid);

    /// <summary>buildpack.toml is not valid.</summary>
    public const string BuildpackTomlInvalid = nameof(BuildpackTomlInvalid);

    /// <summary>package.toml is not valid.</summary>
    public const string PackageTomlInvalid = nameof(PackageTomlInvalid);

    /// <summary>The id or version of the buildpack differs from builder.toml.</summary>
    public const string BuildpackMismatch = nameof(BuildpackMismatch);

    /// <summary>The lifecycle does not support the buildpack API of the buildpack.</summary>
    public const string BuildpackApiIncompatible = nameof(BuildpackApiIncompatible);

    /// <summary>The buildpack is for another stack than the builder.</summary>
    public const string BuildpackStackIncompatible = nameof(BuildpackStackIncompatible);

    /// <summary>The buildpack is for another platform than the builder.</summary>
    public const string BuildpackTargetIncompatible = nameof(BuildpackTargetIncompatible);

    /// <summary>builder.toml is not valid.</summary>
    public const string BuilderTomlInvalid = nameof(BuilderTomlInvalid);

    /// <summary>builder.toml does not exist.</summary>
    public const string BuilderTomlNotFound = nameof(BuilderTomlNotFound);

    /// <summary>The order in builder.toml names a buildpack that is not in the builder.</summary>
    public const string BuilderOrderInvalid = nameof(BuilderOrderInvalid);

    /// <summary>The build image and the run image are for different platforms.</summary>
    public const string BuilderTargetIncompatible = nameof(BuilderTargetIncompatible);

    /// <summary>The build image is not in the engine.</summary>
    public const string BuildImageNotFound = nameof(BuildImageNotFound);

    /// <summary>The image is not a valid build image.</summary>
    public const string BuildImageInvalid = nameof(BuildImageInvalid);

    /// <summary>The stack of an image differs from builder.toml.</summary>
    public const string StackMismatch = nameof(StackMismatch);

    /// <summary>The lifecycle's archive does not exist.</summary>
    public const string LifecycleNotFound = nameof(LifecycleNotFound);

    /// <summary>The lifecycle's archive is not valid.</summary>
    public const string LifecycleArchiveInvalid = nameof(LifecycleArchiveInvalid);

    /// <summary>builder.toml names a lifecycle by version or address.</summary>
    public const string LifecycleDownloadUnsupported = nameof(LifecycleDownloadUnsupported);

    /// <summary>No group of buildpacks passed detection for the app.</summary>
    public const string DetectFailed = nameof(DetectFailed);

    /// <summary>A buildpack failed.</summary>
    public const string BuildpackFailed = nameof(BuildpackFailed);

    /// <summary>The lifecycle could not run the buildpacks.</summary>
    public const string BuildFailed = nameof(BuildFailed);

    /// <summary>The previous image or the run image could not be read.</summary>
    public const string AnalyzeFailed = nameof(AnalyzeFailed);

    /// <summary>The cache could not be restored.</summary>
    public const string RestoreFailed = nameof(RestoreFailed);

    /// <summary>The image could not be written.</summary>
    public const string ExportFailed = nameof(ExportFailed);

    /// <summary>The app does not have the process type of -DefaultProcess.</summary>
    public const string ProcessTypeNotFound = nameof(ProcessTypeNotFound);

    /// <summary>An image extension failed.</summary>
    public const string ExtensionFailed = nameof(ExtensionFailed);

    /// <summary>The builder has image extensions, and the engine or the build cannot apply them.</summary>
    public const string ExtensionsUnsupported = nameof(ExtensionsUnsupported);

    /// <summary>An image extension generated a Dockerfile that the specification does not allow.</summary>
    public const string DockerfileInvalid = nameof(DockerfileInvalid);

    /// <summary>An image could not be extended.</summary>
    public const string ExtendFailed = nameof(ExtendFailed);

    /// <summary>The lifecycle did not accept its arguments.</summary>
    public const string LifecycleArgumentsInvalid = nameof(LifecycleArgumentsInvalid);

    /// <summary>The lifecycle failed for another reason.</summary>
    public const string LifecycleFailed = nameof(LifecycleFailed);

    /// <summary>The lifecycle was killed by a signal, often because of a lack of memory.</summary>
    public const string BuildKilled = nameof(BuildKilled);

    /// <summary>Another process removed the build container.</summary>
    public const string BuildContainerGone = nameof(BuildContainerGone);

    /// <summary>The builder has no tar or shell.</summary>
    public const string PipeImageUnfit = nameof(PipeImageUnfit);

    /// <summary>The disk is full.</summary>
    public const string NoSpace = nameof(NoSpace);

    /// <summary>The image that the lifecycle wrote is malformed.</summary>
    public const string LayoutInvalid = nameof(LayoutInvalid);

    /// <summary>A base layer of the image is missing.</summary>
    public const string LayerMissing = nameof(LayerMissing);

    /// <summary>An unexpected exception occurred.</summary>
    public const string UnexpectedFailure = nameof(UnexpectedFailure);

    /// <summary>There is no image with this name.</summary>
    public const string ImageNotFound = nameof(ImageNotFound);

    /// <summary>The pattern is not valid.</summary>
    public const string NamePatternInvalid = nameof(NamePatternInvalid);

    /// <summary>No image was specified.</summary>
    public const string NameMissing = nameof(NameMissing);

    /// <summary>The image id has fewer than 12 digits.</summary>
    public const string ImageIdTooShort = nameof(ImageIdTooShort);

    /// <summary>The image has several tags.</summary>
    public const string ImageHasSeveralNames = nameof(ImageHasSeveralNames);

    /// <summary>A container uses the image.</summary>
    public const string ImageInUse = nameof(ImageInUse);

    /// <summary>The SBOM files or the report of a build cannot be read from its container.</summary>
    public const string BuildFilesUnreadable = nameof(BuildFilesUnreadable);

    /// <summary>The image of a build cannot be written to the place with these parameters.</summary>
    public const string DestinationInvalid = nameof(DestinationInvalid);

    /// <summary>A build uses the cache.</summary>
    public const string CacheInUse = nameof(CacheInUse);

    /// <summary>No build of the image has a cache, or the image is not a cache image.</summary>
    public const string CacheNotFound = nameof(CacheNotFound);

    /// <summary>The folder of a cache cannot be removed.</summary>
    public const string CacheUnremovable = nameof(CacheUnremovable);

    /// <summary>The cache is an image in a registry, and Clear-PackCache removes volumes and folders.</summary>
    public const string CacheInRegistry = nameof(CacheInRegistry);

    /// <summary>The image is in a registry, and Remove-PackImage removes images from engines.</summary>
    public const string ImageInRegistry = nameof(ImageInRegistry);

    /// <summary>The image is in a layout folder or an archive, and Remove-PackImage removes images from engines.</summary>
    public const string ImageInFile = nameof(ImageInFile);

    /// <summary>-Credential and -InsecureRegistry are for images in registries.</summary>
    public const string RegistryMissing = nameof(RegistryMissing);

    /// <summary>The image was not built with buildpacks.</summary>
    public const string NotAnAppImage = nameof(NotAnAppImage);

    /// <summary>The image does not contain SBOM files.</summary>
    public const string SbomMissing = nameof(SbomMissing);

    /// <summary>The image does not contain SBOM files of the format.</summary>
    public const string SbomFormatMissing = nameof(SbomFormatMissing);

    /// <summary>The SBOM layer of the image is malformed.</summary>
    public const string SbomInvalid = nameof(SbomInvalid);

    /// <summary>The SBOM layer of the image cannot be read.</summary>
    public const string SbomUnreadable = nameof(SbomUnreadable);

    /// <summary>The image has no labels, or no layer, that say which layers are the run image's.</summary>
    public const string RebaseAppInvalid = nameof(RebaseAppInvalid);

    /// <summary>The image is marked as not rebasable.</summary>
    public const string RebaseRefused = nameof(RebaseRefused);

    /// <summary>The run image is for another platform or stack than the image.</summary>
    public const string RebaseRunImageMismatch = nameof(RebaseRunImageMismatch);

    /// <summary>The labels of the image do not name the run image.</summary>
    public const string RebaseRunImageUnknown = nameof(RebaseRunImageUnknown);

    /// <summary>The labels of the image name no run image.</summary>
    public const string RebaseRunImageMissing = nameof(RebaseRunImageMissing);

    /// <summary>The name is an index of images for several platforms.</summary>
    public const string RebaseIndexUnsupported = nameof(RebaseIndexUnsupported);

    /// <summary>The image is in an archive, which is not changed.</summary>
    public const string RebaseArchiveUnsupported = nameof(RebaseArchiveUnsupported);

    /// <summary>The run image is not in the same place as the image.</summary>
    public const string RebaseRunImagePlaceUnsupported = nameof(RebaseRunImagePlaceUnsupported);

    /// <summary>The previous image of an update is not in the same place as the new one.</summary>
    public const string RebasePreviousImagePlaceUnsupported = nameof(RebasePreviousImagePlaceUnsupported);

    /// <summary>The file or folder does not exist.</summary>
    public const string ImageFileNotFound = nameof(ImageFileNotFound);

    /// <summary>The image in the file, folder or engine is damaged.</summary>
    public const string ImageInvalid = nameof(ImageInvalid);

    /// <summary>The source has several images.</summary>
    public const string ImageAmbiguous = nameof(ImageAmbiguous);

    /// <summary>Two images would get the same new name.</summary>
    public const string NewNameTaken = nameof(NewNameTaken);

    /// <summary>The destination exists.</summary>
    public const string DestinationExists = nameof(DestinationExists);

    /// <summary>The parent folder of the destination does not exist.</summary>
    public const string DestinationParentNotFound = nameof(DestinationParentNotFound);

    /// <summary>Images cannot be written as compressed archives.</summary>
    public const string DestinationFormatUnsupported = nameof(DestinationFormatUnsupported);

    /// <summary>The path cannot be read or written.</summary>
    public const string PathUnusable = nameof(PathUnusable);

    /// <summary>The object is not the result or the error of a build.</summary>
    public const string NotABuild = nameof(NotABuild);

    /// <summary>The path matches several files.</summary>
    public const string LogPathAmbiguous = nameof(LogPathAmbiguous);

    /// <summary>The path is a folder, or its parent folder does not exist.</summary>
    public const string LogPathInvalid = nameof(LogPathInvalid);

    /// <summary>The file exists, and -NoClobber was used.</summary>
    public const string LogFileExists = nameof(LogFileExists);

    /// <summary>The file is read-only.</summary>
    public const string LogFileReadOnly = nameof(LogFileReadOnly);

    /// <summary>The file cannot be written.</summary>
    public const string LogFileUnwritable = nameof(LogFileUnwritable);

    /// <summary>An index with this name exists on this machine.</summary>
    public const string ManifestExists = nameof(ManifestExists);

    /// <summary>There is no index with this name.</summary>
    public const string ManifestNotFound = nameof(ManifestNotFound);

    /// <summary>Other processes changed an index in a registry each time before it was put.</summary>
    public const string ManifestChanged = nameof(ManifestChanged);

    /// <summary>The name is that of an image, not of an index.</summary>
    public const string ManifestNotAnIndex = nameof(ManifestNotAnIndex);

    /// <summary>The index does not contain the image.</summary>
    public const string ManifestImageNotFound = nameof(ManifestImageNotFound);

    /// <summary>The registry does not have an image of the index.</summary>
    public const string ManifestImageMissing = nameof(ManifestImageMissing);

    /// <summary>The name of an index that pack created is not known.</summary>
    public const string ManifestNameUnknown = nameof(ManifestNameUnknown);

    /// <summary>The file of an index on this machine is malformed.</summary>
    public const string ManifestFileInvalid = nameof(ManifestFileInvalid);

    /// <summary>Nothing was specified to change.</summary>
    public const string ManifestChangeMissing = nameof(ManifestChangeMissing);
}
