namespace Buildpacks.Diagnosis;

/// <summary>The names of the checks: scripts and other checks refer to them.</summary>
internal static class CheckNames
{
    public const string EngineFound = "EngineFound";
    public const string EngineAnswers = "EngineAnswers";
    public const string Version = "Version";
    public const string RootlessIds = "RootlessIds";
    public const string Storage = "Storage";
    public const string ImageLoad = "ImageLoad";
    public const string ContainerStart = "ContainerStart";
    public const string Ulimits = "Ulimits";
    public const string Cgroups = "Cgroups";
    public const string SparseImport = "SparseImport";
    public const string Volume = "Volume";
    public const string Network = "Network";
    public const string DiskSpace = "DiskSpace";
    public const string TempSpace = "TempSpace";
    public const string RegistryLogin = "RegistryLogin";
}
