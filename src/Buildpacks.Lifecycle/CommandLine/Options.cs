namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>Every option of every phase, as the platform specification lists them.</summary>
internal static class Options
{
    public static readonly Option Analyzed = Layers("analyzed", "CNB_ANALYZED_PATH", "analyzed.toml");
    public static readonly Option App = Path("app", "CNB_APP_DIR", "/workspace");
    public static readonly Option BuildConfig = Path("build-config", "CNB_BUILD_CONFIG_DIR", "/cnb/build-config");
    public static readonly Option BuildImage = new("build-image", "CNB_BUILD_IMAGE");
    public static readonly Option Buildpacks = Path("buildpacks", "CNB_BUILDPACKS_DIR", "/cnb/buildpacks");
    public static readonly Option CacheDirectory = Path("cache-dir", "CNB_CACHE_DIR", null);
    public static readonly Option CacheImage = new("cache-image", "CNB_CACHE_IMAGE");
    public static readonly Option Daemon = new("daemon", "CNB_USE_DAEMON", OptionKind.Switch);
    public static readonly Option Extended = Layers("extended", "CNB_EXTENDED_DIR", "extended");
    public static readonly Option Extensions = Path("extensions", "CNB_EXTENSIONS_DIR", "/cnb/extensions");
    public static readonly Option Generated = Layers("generated", "CNB_GENERATED_DIR", "generated");
    public static readonly Option Group = Layers("group", "CNB_GROUP_PATH", "group.toml");
    public static readonly Option GroupId = new("gid", "CNB_GROUP_ID", OptionKind.Number);
    public static readonly Option InsecureRegistry = new("insecure-registry", "CNB_INSECURE_REGISTRIES", OptionKind.List);
    public static readonly Option LaunchCache = Path("launch-cache", "CNB_LAUNCH_CACHE_DIR", null);
    public static readonly Option Launcher = Path("launcher", null, "/cnb/lifecycle/launcher");
    public static readonly Option LauncherSbom = Path("launcher-sbom", null, "/cnb/lifecycle");
    public static readonly Option LayersDirectory = Path("layers", "CNB_LAYERS_DIR", "/layers");
    public static readonly Option Layout = new("layout", "CNB_USE_LAYOUT", OptionKind.Switch);
    public static readonly Option LayoutDirectory = Path("layout-dir", "CNB_LAYOUT_DIR", null);
    public static readonly Option LogLevel = new("log-level", "CNB_LOG_LEVEL", Default: "info");
    public static readonly Option NoColor = new("no-color", "CNB_NO_COLOR", OptionKind.Switch);
    public static readonly Option Order = Layers("order", "CNB_ORDER_PATH", "order.toml") with { DefaultIfMissing = "/cnb/order.toml" };
    public static readonly Option Parallel = new("parallel", "CNB_PARALLEL_EXPORT", OptionKind.Switch);
    public static readonly Option Plan = Layers("plan", "CNB_PLAN_PATH", "plan.toml");
    public static readonly Option Platform = Path("platform", "CNB_PLATFORM_DIR", "/platform");
    public static readonly Option PreviousImage = new("previous-image", "CNB_PREVIOUS_IMAGE");
    public static readonly Option ProcessType = new("process-type", "CNB_PROCESS_TYPE");
    public static readonly Option ProjectMetadata = Layers("project-metadata", "CNB_PROJECT_METADATA_PATH", "project-metadata.toml");
    public static readonly Option Report = Layers("report", "CNB_REPORT_PATH", "report.toml");
    public static readonly Option Run = Path("run", "CNB_RUN_PATH", "/cnb/run.toml");
    public static readonly Option RunImage = new("run-image", "CNB_RUN_IMAGE");
    public static readonly Option SkipLayers = new("skip-layers", "CNB_SKIP_LAYERS", OptionKind.Switch);
    public static readonly Option SkipRestore = new("skip-restore", "CNB_SKIP_RESTORE", OptionKind.Switch);
    public static readonly Option Stack = Path("stack", "CNB_STACK_PATH", "/cnb/stack.toml");
    public static readonly Option System = Path("system", "CNB_SYSTEM_PATH", "/cnb/system.toml");
    public static readonly Option Tag = new("tag", null, OptionKind.List);
    public static readonly Option UserId = new("uid", "CNB_USER_ID", OptionKind.Number);

    /// <summary>The environment the app is to run in; a variable without a flag.</summary>
    public static readonly Option ExecutionEnvironment = new("", "CNB_EXEC_ENV", Default: "production");

    private static Option Path(string flag, string? variable, string? value) => new(flag, variable, OptionKind.Path, value);

    private static Option Layers(string flag, string variable, string name) =>
        Path(flag, variable, $"{Option.LayersPlaceholder}/{name}");
}
