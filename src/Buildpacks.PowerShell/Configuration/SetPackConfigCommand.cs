using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Configuration;

namespace Buildpacks.Commands;

/// <summary>Changes the user's configuration, which is shared with pack.</summary>
[Cmdlet(VerbsCommon.Set, "PackConfig", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackConfig))]
public sealed class SetPackConfigCommand : PackCmdlet
{
    /// <summary>The builder of builds that name none, with -Builder or in project.toml.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(BuilderNameCompleter))]
    [CellTransformation]
    public string? DefaultBuilder { get; set; }

    /// <summary>When builders and run images are pulled: IfNotPresent, Always or Never.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(Type = typeof(PullPolicy))]
    public PullPolicy? PullPolicy { get; set; }

    /// <summary>
    /// Mirrors of run images: a table of run images and their mirrors, such as @{ 'example.com/run' = 'mirror.example.com/run' }. Mirrors that
    /// the run image had are replaced; other run images keep theirs.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("RunImageMirrors")]
    [RunImageMirrorTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PackRunImageMirror[]? RunImageMirror { get; set; }

    /// <summary>
    /// Mirrors of registries: a table of registries and their mirrors, such as @{ 'docker.io' = 'mirror.example.com' }. * stands for all
    /// registries.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("RegistryMirrors")]
    [RegistryMirrorTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PackRegistryMirror[]? RegistryMirror { get; set; }

    /// <summary>Builders to add to those that pack trusts. A name without a tag trusts every tag.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("TrustedBuilders")]
    [ArgumentCompleter(typeof(BuilderNameCompleter))]
    [CellTransformation(IsList = true)]
    public string[]? TrustedBuilder { get; set; }

    /// <summary>The lifecycle image that pack uses with builders that it does not trust.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public string? LifecycleImage { get; set; }

    /// <summary>
    /// Buildpack registries: a table of names and addresses, such as @{ mine = 'https://github.com/me/registry-index' }, or objects with the
    /// properties Name, Url and Type (github or git).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Registries")]
    [BuildpackRegistryTransformation]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PackBuildpackRegistry[]? Registry { get; set; }

    /// <summary>The name of the default buildpack registry: official, or one of the configuration.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConfigEntryCompleter))]
    [CellTransformation]
    public string? DefaultRegistry { get; set; }

    /// <summary>Whether experimental features of pack are on. With them, pack gets a folder for layouts in its home.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation(Type = typeof(bool))]
    [ArgumentCompleter(typeof(BooleanCompleter))]
    public bool? Experimental { get; set; }

    /// <summary>The folder of the run images that pack keeps as layouts.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CellTransformation]
    public string? LayoutFolder { get; set; }

    /// <summary>Run images whose mirrors are removed. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigEntryCompleter))]
    public string[] RemoveRunImageMirror { get; set; } = [];

    /// <summary>Registries whose mirror is removed. Wildcards are allowed; * is the entry for all registries, where there is one.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigEntryCompleter))]
    public string[] RemoveRegistryMirror { get; set; } = [];

    /// <summary>Builders to remove from those that pack trusts. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigEntryCompleter))]
    public string[] RemoveTrustedBuilder { get; set; } = [];

    /// <summary>Buildpack registries to remove. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigEntryCompleter))]
    public string[] RemoveRegistry { get; set; } = [];

    /// <summary>Settings to remove as a whole, before others are set.</summary>
    [Parameter]
    [CellTransformation(Type = typeof(PackConfigSetting), IsList = true)]
    [ValidateNotNullOrEmpty]
    public PackConfigSetting[] Clear { get; set; } = [];

    /// <summary>Returns the configuration after the change.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (EmptyArgument.Find(MyInvocation.BoundParameters, _ => true) is { } failure)
        {
            ThrowFailure(failure);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var file = PackConfigFile.OfUser();
        if (!TryRun((_, _) => Task.FromResult(Changes(file.Read())), file.Path, out var changes))
        {
            return;
        }

        if (changes!.Count == 0 && !MyInvocation.ExpectingInput && !MyInvocation.BoundParameters.Keys.Any(name => name.StartsWith("Remove", StringComparison.Ordinal)))
        {
            ThrowFailure(new PackException(PackErrorIds.ConfigurationSettingMissing, PackErrorKind.InvalidInput, "No setting was specified.")
            {
                RecommendedAction = "Specify what to change, such as Set-PackConfig -DefaultBuilder NAME. Get-PackConfig shows the settings.",
            });
        }

        var agreed = new PackConfigChange();
        var any = false;
        foreach (var (action, apply) in changes)
        {
            if (ShouldProcess(file.Path, action))
            {
                (agreed, any) = (apply(agreed), true);
            }
        }

        if (any && TryRun((_, _) => Task.FromResult(file.Update(agreed)), file.Path, out var config) && PassThru)
        {
            WriteObject(ConfigPasswords.Hide(config!));
        }
    }

    /// <summary>The changes that the parameters mean, each with what it does.</summary>
    private List<(string Action, Func<PackConfigChange, PackConfigChange> Apply)> Changes(PackConfig now)
    {
        var changes = new List<(string, Func<PackConfigChange, PackConfigChange>)>();
        foreach (var setting in Clear.Distinct())
        {
            changes.Add(($"Clear {setting}", change => change with { Cleared = [.. change.Cleared, setting] }));
        }

        Remove(RemoveRunImageMirror, now.RunImageMirrors.Select(image => image.Image), nameof(RunImageMirror), (change, names) => change with { RemovedRunImages = names });
        Remove(RemoveRegistryMirror, now.RegistryMirrors.Select(mirror => mirror.Registry), nameof(RegistryMirror), (change, names) => change with { RemovedRegistryMirrors = names });
        Remove(RemoveTrustedBuilder, now.TrustedBuilders, nameof(TrustedBuilder), (change, names) => change with { RemovedTrustedBuilders = names });
        Remove(RemoveRegistry, now.Registries.Select(registry => registry.Name), nameof(Registry), (change, names) => change with { RemovedRegistries = names });
        Add(nameof(DefaultBuilder), Given(DefaultBuilder), (change, value) => change with { DefaultBuilder = ConfigValues.Image(value, "default builder") });
        Add(nameof(PullPolicy), PullPolicy?.ToString(), (change, _) => change with { PullPolicy = PullPolicy });
        AddEach(
            nameof(RunImageMirror), RunImageMirror?.GroupBy(mirror => mirror.Image), mirrors => $"{mirrors.Key} -> {string.Join(", ", mirrors.Select(mirror => mirror.Mirror))}",
            (change, mirrors) => change with { RunImageMirrors = [.. change.RunImageMirrors, .. mirrors.Select(ConfigValues.Check)] });
        AddEach(nameof(RegistryMirror), RegistryMirror, mirror => $"{mirror}", (change, mirror) => change with { RegistryMirrors = [.. change.RegistryMirrors, ConfigValues.Check(mirror, now)] });
        AddEach(nameof(TrustedBuilder), TrustedBuilder, name => $"'{name}'", (change, name) => change with { TrustedBuilders = [.. change.TrustedBuilders, ConfigValues.Image(name, "trusted builder")] });
        Add(nameof(LifecycleImage), Given(LifecycleImage), (change, value) => change with { LifecycleImage = ConfigValues.Image(value, "lifecycle image") });
        AddEach(nameof(Registry), Registry, registry => $"{registry}", (change, registry) => change with { Registries = [.. change.Registries, ConfigValues.Check(registry, now)] });
        Add(nameof(DefaultRegistry), Given(DefaultRegistry), (change, value) => change with { DefaultRegistry = value });
        Add(nameof(Experimental), Experimental?.ToString(), (change, _) => change with { Experimental = Experimental });
        Add(nameof(LayoutFolder), Given(LayoutFolder) is { } folder ? SessionPaths.Literal(SessionState, folder) : null, (change, value) => change with { LayoutFolder = value });
        return changes;

        void Add(string name, string? value, Func<PackConfigChange, string, PackConfigChange> apply)
        {
            if (value is not null)
            {
                // What is not valid is found before anything is asked or changed.
                apply(new PackConfigChange(), value);
                changes.Add(($"Set {name} to '{value}'", change => apply(change, value)));
            }
        }

        void AddEach<T>(string name, IEnumerable<T>? values, Func<T, string> text, Func<PackConfigChange, T, PackConfigChange> apply)
        {
            foreach (var value in values ?? [])
            {
                apply(new PackConfigChange(), value);
                changes.Add(($"Set {name} {text(value)}", change => apply(change, value)));
            }
        }

        void Remove(string[] patterns, IEnumerable<string> known, string name, Func<PackConfigChange, IReadOnlyList<string>, PackConfigChange> apply)
        {
            var names = known.ToList();
            var removed = new List<string>();
            foreach (var pattern in patterns)
            {
                // A name that is there is meant as it is: * is the name of a mirror.
                var wildcard = NamePattern.Read(ConfigValues.Spelling(pattern));
                var found = names.Contains(pattern) ? [pattern] : names.Where(entry => wildcard.IsMatch(ConfigValues.Spelling(entry))).ToList();
                removed.AddRange(found);
                if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(pattern))
                {
                    throw new PackException(PackErrorIds.ConfigurationEntryNotFound, PackErrorKind.NotFound, $"The configuration has no {name} '{pattern}'.")
                    {
                        Target = pattern,
                        RecommendedAction = "(Get-PackConfig).Settings shows what there is.",
                    };
                }
            }

            foreach (var entry in removed.Distinct())
            {
                changes.Add(($"Remove {name} '{entry}'", change => apply(change, [.. Removed(change, name), entry])));
            }
        }
    }

    private static IReadOnlyList<string> Removed(PackConfigChange change, string name) => name switch
    {
        nameof(RunImageMirror) => change.RemovedRunImages,
        nameof(RegistryMirror) => change.RemovedRegistryMirrors,
        nameof(TrustedBuilder) => change.RemovedTrustedBuilders,
        _ => change.RemovedRegistries,
    };

    private static string? Given(string? argument) => string.IsNullOrWhiteSpace(argument) ? null : argument;
}
