namespace Buildpacks.PackCommands;

/// <summary>
/// The commands of pack 0.40 with their flags, and what they become. The converter and the page for people who come from pack are made of
/// this table.
/// </summary>
internal static class PackCommandTable
{
    private const string AllCommands = "pack …";
    private const string NotYet = "This module does not have it.";
    private const string ShowConfig = "Get-PackConfig";

    /// <summary>The flags of every command.</summary>
    public static IReadOnlyList<PackFlag> Global { get; } =
    [
        new("verbose", FlagValue.None, "Verbose") { Short = 'v' },
        new("quiet", FlagValue.None, null) { Short = 'q', Note = "Redirect the information stream: 6>$null." },
        new("timestamps", FlagValue.None, null) { Note = "Invoke-PackBuild has -Timestamp." },
        new("help", FlagValue.None, null) { Short = 'h', Note = "Get-Help shows the help of a cmdlet." },
        new("no-color", FlagValue.None, null) { Note = "$PSStyle.OutputRendering = 'PlainText' turns colors off." },
        new("force-color", FlagValue.None, null) { Note = "$PSStyle.OutputRendering = 'Ansi' keeps colors." },
    ];

    /// <summary>The commands.</summary>
    public static IReadOnlyList<PackCommand> Commands { get; } =
    [
        new("build", "Invoke-PackBuild",
        [
            new("path", FlagValue.One, "Path") { Short = 'p' },
            new("builder", FlagValue.One, "Builder") { Short = 'B' },
            new("buildpack", FlagValue.List, "Buildpack") { Short = 'b' },
            new("pre-buildpack", FlagValue.Repeated, "PreBuildpack"),
            new("post-buildpack", FlagValue.Repeated, "PostBuildpack"),
            new("extension", FlagValue.List, "Extension"),
            new("buildpack-registry", FlagValue.One, "BuildpackRegistry") { Short = 'r' },
            new("env", FlagValue.Repeated, "Env") { Short = 'e' },
            new("env-file", FlagValue.Repeated, "EnvFile"),
            new("cache", FlagValue.Repeated, "Cache"),
            new("cache-image", FlagValue.One, "CacheImage"),
            new("clear-cache", FlagValue.None, "ClearCache"),
            new("creation-time", FlagValue.One, "CreationTime"),
            new("default-process", FlagValue.One, "DefaultProcess") { Short = 'D' },
            new("descriptor", FlagValue.One, "Descriptor") { Short = 'd' },
            new("disable-system-buildpacks", FlagValue.None, "DisableSystemBuildpack") { Note = "pack 0.40.6 runs the system buildpacks all the same." },
            new("docker-host", FlagValue.One, "EngineEndpoint")
            {
                Companion = "-Engine Docker",
                Default = "inherit",
                Note = "DOCKER_HOST is read without a parameter. The address is not given to the container.",
            },
            new("exec-env", FlagValue.One, "ExecEnv"),
            new("gid", FlagValue.One, "Gid"),
            new("uid", FlagValue.One, "Uid"),
            new("insecure-registry", FlagValue.Repeated, "InsecureRegistry"),
            new("interactive", FlagValue.None, null) { Note = NotYet },
            new("lifecycle-image", FlagValue.One, null) { Note = "Not needed: the lifecycle of a builder that is not trusted runs without socket, credentials and root." },
            new("network", FlagValue.One, "Network"),
            new("platform", FlagValue.One, "Platform"),
            new("previous-image", FlagValue.One, "PreviousImage"),
            new("publish", FlagValue.None, "Publish"),
            new("pull-policy", FlagValue.One, "PullPolicy")
            {
                Translate = PullPolicyOf,
                Note = "The default of pack is always; here it is IfNotPresent.",
            },
            new("report-output-dir", FlagValue.One, "ReportOutputFolder"),
            new("run-image", FlagValue.One, "RunImage"),
            new("sbom-output-dir", FlagValue.One, "SbomOutputFolder"),
            new("sparse", FlagValue.None, "Sparse"),
            new("tag", FlagValue.List, "Tag") { Short = 't' },
            new("trust-builder", FlagValue.None, "TrustBuilder"),
            new("trust-extra-buildpacks", FlagValue.None, "TrustExtraBuildpack"),
            new("timestamps", FlagValue.None, "Timestamp"),
            new("userns-host", FlagValue.None, "UsernsHost"),
            new("volume", FlagValue.Repeated, "Volume"),
            new("workspace", FlagValue.One, "Workspace"),
        ])
        {
            Positional = ["ImageName"],
            Minimum = 1,
        },
        new("inspect", "Get-PackImage",
        [
            new("output", FlagValue.One, null) { Short = 'o', Note = "Pipe the image to ConvertTo-Json." },
            new("bom", FlagValue.None, null) { Note = "Export-PackSbom writes the SBOM files of the image." },
        ])
        {
            Aliases = ["inspect-image"],
            Positional = ["Name"],
            Fixed = "-Detailed",
            Note = "The image of the engine is shown. -Registry shows the image of the registry.",
        },
        new("rebase", "Update-PackImage",
        [
            new("publish", FlagValue.None, "Registry"),
            new("run-image", FlagValue.One, "RunImage"),
            new("force", FlagValue.None, "Force"),
            new("insecure-registry", FlagValue.Repeated, "InsecureRegistry"),
            new("pull-policy", FlagValue.One, "PullPolicy")
            {
                Translate = PullPolicyOf,
                Note = "The default of pack is always; here it is IfNotPresent.",
            },
            new("previous-image", FlagValue.One, "PreviousImage"),
            new("report-output-dir", FlagValue.One, "ReportOutputFolder"),
        ])
        {
            Positional = ["Name"],
        },
        new("sbom download", "Export-PackSbom",
        [
            new("output-dir", FlagValue.One, "DestinationPath") { Short = 'o' },
            new("remote", FlagValue.None, "Registry"),
        ])
        {
            Positional = ["Name"],
        },
        new("builder create", "New-PackBuilder",
        [
            new("config", FlagValue.One, "Config") { Short = 'c' },
            new("tag", FlagValue.List, "Tag"),
            new("publish", FlagValue.None, null) { Note = "Copy-PackImage -ToRegistry copies the builder to its registry." },
            new("pull-policy", FlagValue.One, null) { Note = NotYet },
            new("flatten", FlagValue.Repeated, null) { Note = NotYet },
            new("label", FlagValue.Repeated, null) { Short = 'l', Note = NotYet },
            new("target", FlagValue.List, null) { Short = 't', Note = NotYet },
            new("append-image-name-suffix", FlagValue.None, null) { Note = NotYet },
            new("buildpack-registry", FlagValue.One, null) { Short = 'r', Note = "The default registry of the configuration is used: Set-PackConfig -DefaultRegistry." },
        ])
        {
            Aliases = ["create-builder"],
            Positional = ["ImageName"],
        },
        new("manifest create", "New-PackManifest",
        [
            new("format", FlagValue.One, "Format") { Short = 'f', Translate = FormatOf },
            new("publish", FlagValue.None, "Publish"),
            new("insecure", FlagValue.None, null) { Note = "-InsecureRegistry names the registries that are reached without TLS." },
        ])
        {
            Positional = ["Name", "Image"],
            TakesMore = true,
            Minimum = 1,
        },
        new("manifest add", "Add-PackManifest", []) { Positional = ["Name", "Image"], Minimum = 2 },
        new("manifest annotate", "Set-PackManifest",
        [
            new("os", FlagValue.One, "Os"),
            new("arch", FlagValue.One, "Architecture"),
            new("variant", FlagValue.One, "Variant"),
            new("annotations", FlagValue.List, null) { Note = "Annotations are a table: -Annotation @{ name = 'value' }." },
        ])
        {
            Positional = ["Name", "Image"],
        },
        new("manifest inspect", "Get-PackManifest", []) { Positional = ["Name"] },
        new("manifest push", "Publish-PackManifest",
        [
            new("format", FlagValue.One, "Format") { Short = 'f', Translate = FormatOf },
            new("purge", FlagValue.None, "Purge"),
            new("insecure", FlagValue.None, null) { Note = "-InsecureRegistry names the registries that are reached without TLS." },
        ])
        {
            Positional = ["Name"],
        },
        new("manifest remove", "Remove-PackManifest", []) { Positional = ["Name"], TakesMore = true, Minimum = 1 },
        new("manifest rm", "Remove-PackManifest", []) { Positional = ["Name", "Image"], TakesMore = true, Minimum = 2 },
        Setting("default-builder", "DefaultBuilder", "DefaultBuilder"),
        Setting("pull-policy", "PullPolicy", "PullPolicy") with { Translate = PullPolicyOf },
        Setting("lifecycle-image", "LifecycleImage", "LifecycleImage"),
        new("config experimental", "Set-PackConfig", [])
        {
            Positional = ["Experimental"],
            NamesArguments = true,
            CmdletWithoutArguments = ShowConfig,
            Translate = value => value is "true" or "TRUE" or "True" or "t" or "1" ? "1" : "0",
        },
        Entry("trusted-builders add", "TrustedBuilder"),
        Entry("trusted-builders remove", "RemoveTrustedBuilder"),
        List("trusted-builders"),
        Mirrors("run-image-mirrors add", "RunImageMirror"),
        Entry("run-image-mirrors remove", "RemoveRunImageMirror") with { Flags = [new("mirror", FlagValue.List, null) { Short = 'm', Note = "All mirrors of the run image are removed." }] },
        List("run-image-mirrors"),
        Mirrors("registry-mirrors add", "RegistryMirror"),
        Entry("registry-mirrors remove", "RemoveRegistryMirror"),
        List("registry-mirrors"),
    ];

    /// <summary>What users see of the table: one row for each argument and each flag.</summary>
    public static IEnumerable<PackCommandFlag> Rows()
    {
        foreach (var command in Commands)
        {
            foreach (var parameter in command.Positional)
            {
                yield return Row(command, $"<{parameter}>", "-" + parameter, null);
            }

            foreach (var flag in command.Flags)
            {
                yield return Row(command, flag.Text, flag.Parameter is { } parameter ? "-" + parameter : null, flag.Note);
            }
        }

        foreach (var flag in Global)
        {
            yield return new() { PackCommand = AllCommands, Flag = flag.Text, Cmdlet = "", Parameter = flag.Parameter is { } parameter ? "-" + parameter : null, Note = flag.Note };
        }

        static PackCommandFlag Row(PackCommand command, string flag, string? parameter, string? note) =>
            new() { PackCommand = "pack " + command.Words, Flag = flag, Cmdlet = command.Cmdlet, Parameter = parameter, Note = note };
    }

    private static PackCommand Setting(string name, string parameter, string setting) =>
        new("config " + name, "Set-PackConfig", [new("unset", FlagValue.None, "Clear") { Short = 'u', Constant = setting }])
        {
            Positional = [parameter],
            NamesArguments = true,
            CmdletWithoutArguments = ShowConfig,
        };

    private static PackCommand Entry(string words, string parameter) =>
        new("config " + words, "Set-PackConfig", []) { Positional = [parameter], NamesArguments = true };

    private static PackCommand Mirrors(string words, string parameter) =>
        new("config " + words, "Set-PackConfig", [new("mirror", FlagValue.List, null) { Short = 'm', Note = $"-{parameter} @{{ 'NAME' = 'MIRROR' }}" }])
        {
            Positional = [parameter],
            TableParameter = parameter,
        };

    private static PackCommand List(string words) =>
        new("config " + words, ShowConfig, []) { Aliases = [$"config {words} list"] };

    private static string PullPolicyOf(string value) => value switch
    {
        "always" => "Always",
        "never" => "Never",
        "if-not-present" => "IfNotPresent",
        _ => value,
    };

    private static string FormatOf(string value) => value switch
    {
        "oci" => "Oci",
        "docker" => "Docker",
        _ => value,
    };
}
