using System.Text;
using Buildpacks.Configuration.Toml;
using Buildpacks.IO;
using Tomlyn;
using Tomlyn.Model;

namespace Buildpacks.Configuration;

/// <summary>
/// The user's configuration: <c>config.toml</c> in pack's home, which pack writes, too. Everything that is not known here survives a write,
/// comments and order included. pack itself keeps only what it knows.
/// </summary>
/// <param name="path">The file. It need not exist.</param>
public sealed class PackConfigFile(string path)
{
    /// <summary>The registry that everybody has.</summary>
    internal const string OfficialRegistry = "official";

    /// <summary>What the source of a value is that no file sets.</summary>
    internal const string Default = "default";

    private const string DefaultBuilderKey = "default-builder-image";
    private const string PullPolicyKey = "pull-policy";
    private const string RunImagesKey = "run-images";
    private const string RegistryMirrorsKey = "registry-mirrors";
    private const string TrustedBuildersKey = "trusted-builders";
    private const string LifecycleImageKey = "lifecycle-image";
    private const string RegistriesKey = "registries";
    private const string DefaultRegistryKey = "default-registry";
    private const string ExperimentalKey = "experimental";
    private const string LayoutFolderKey = "layout-repo-dir";
    private const string ImageKey = "image";
    private const string NameKey = "name";
    private const string EngineKey = "engine";
    private const string KindKey = "kind";
    private const string EndpointKey = "endpoint";

    /// <summary>What pack makes of its home when experimental features are turned on.</summary>
    private const string UsualLayoutFolder = "layout-repo";

    private static readonly (PullPolicy Policy, string Text)[] Policies =
        [(PullPolicy.Always, "always"), (PullPolicy.IfNotPresent, "if-not-present"), (PullPolicy.Never, "never")];

    /// <summary>The file's full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The file of the user.</summary>
    public static PackConfigFile OfUser() => new(System.IO.Path.Combine(PackHome.Path, "config.toml"));

    /// <summary>The file of an environment.</summary>
    internal static PackConfigFile Of(EngineEnvironment environment) => new(System.IO.Path.Combine(PackHome.Of(environment), "config.toml"));

    /// <summary>Reads the file. Without one, nothing is set.</summary>
    /// <exception cref="PackException"><c>ConfigurationInvalid</c> with the lines; <c>ConfigurationUnusable</c>: it cannot be read.</exception>
    public PackConfig Read() => Parse(ConfigurationText.Load(Path));

    /// <summary>Changes the file. A file that is not valid is left as it is; what other processes write meanwhile is kept.</summary>
    /// <param name="change">What to change.</param>
    /// <returns>The configuration after the change.</returns>
    /// <exception cref="PackException">
    /// <c>ConfigurationInvalid</c>, <c>ConfigurationUnusable</c>; <c>ConfigurationValueInvalid</c>: the default registry is not defined.
    /// </exception>
    public PackConfig Update(PackConfigChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        try
        {
            var folder = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!).FullName;
            OwnedPath.RemoveAbandoned(folder);
            using var guard = FileLock.Take(Path + ".lock");
            var text = ConfigurationText.Load(Path);
            var before = Parse(text);
            var edited = Edit(text, before, change);
            var after = Check(text, edited, change);
            if (edited != text)
            {
                Write(folder, edited);
            }

            return after;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ConfigurationText.Unusable(Path, "written", exception);
        }
    }

    private PackConfig Parse(string text)
    {
        var document = TomlDocument.FromText(Path, text, PackErrorIds.ConfigurationInvalid);
        var root = document.Root;
        var engine = root.Section(EngineKey);
        var mirrors = root.Section(RegistryMirrorsKey);
        var config = new PackConfig
        {
            Path = Path,
            DefaultBuilder = Text(root, DefaultBuilderKey),
            PullPolicy = ReadPolicy(root),
            RunImageMirrors =
            [
                .. root.Sections(RunImagesKey).Select(image => (Name: Text(image, ImageKey), Mirrors: image.Strings("mirrors")))
                    .Where(image => image.Name is not null).SelectMany(image => image.Mirrors.Select(mirror => new PackRunImageMirror(image.Name!, mirror))),
            ],
            RegistryMirrors =
            [
                .. (mirrors?.Keys ?? []).Select(registry => (registry, Mirror: Text(mirrors!, registry)))
                    .Where(mirror => mirror.Mirror is not null).Select(mirror => new PackRegistryMirror(mirror.registry, mirror.Mirror!)),
            ],
            TrustedBuilders = [.. root.Sections(TrustedBuildersKey).Select(builder => Text(builder, NameKey)).OfType<string>()],
            LifecycleImage = Text(root, LifecycleImageKey),
            Registries =
            [
                .. root.Sections(RegistriesKey).Where(registry => Text(registry, NameKey) is not null)
                    .Select(registry => new PackBuildpackRegistry(Text(registry, NameKey)!, Text(registry, "type") ?? "", Text(registry, "url") ?? "")),
            ],
            DefaultRegistry = Text(root, DefaultRegistryKey),
            Experimental = root.Has(ExperimentalKey) ? root.Flag(ExperimentalKey) : null,
            LayoutFolder = Text(root, LayoutFolderKey),
            Engine = engine is null ? null : ReadEngine(engine),
            EngineEndpoint = engine is null ? null : Text(engine, EndpointKey),
        };
        document.ThrowIfInvalid(allowUnknownKeys: true);
        return config with
        {
            Settings =
            [
                Setting(nameof(PackConfig.DefaultBuilder), DefaultBuilderKey, config.DefaultBuilder, isSet: config.DefaultBuilder is not null),
                Setting(nameof(PackConfig.PullPolicy), PullPolicyKey, config.PullPolicy ?? BuildDefaults.PullPolicy, config.PullPolicy is not null),
                Setting(nameof(PackConfig.RunImageMirrors), RunImagesKey, config.RunImageMirrors, config.RunImageMirrors.Count > 0),
                Setting(nameof(PackConfig.RegistryMirrors), RegistryMirrorsKey, config.RegistryMirrors, config.RegistryMirrors.Count > 0),
                Setting(nameof(PackConfig.TrustedBuilders), TrustedBuildersKey, config.TrustedBuilders, config.TrustedBuilders.Count > 0),
                Setting(nameof(PackConfig.LifecycleImage), LifecycleImageKey, config.LifecycleImage, config.LifecycleImage is not null),
                Setting(nameof(PackConfig.Registries), RegistriesKey, config.Registries, config.Registries.Count > 0),
                Setting(nameof(PackConfig.DefaultRegistry), DefaultRegistryKey, config.DefaultRegistry ?? OfficialRegistry, config.DefaultRegistry is not null),
                Setting(nameof(PackConfig.Experimental), ExperimentalKey, config.Experimental ?? false, config.Experimental is not null),
                Setting(nameof(PackConfig.LayoutFolder), LayoutFolderKey, config.LayoutFolder, config.LayoutFolder is not null),
                Setting(nameof(PackConfig.Engine), $"{EngineKey}.{KindKey}", config.Engine, config.Engine is not null),
                Setting(nameof(PackConfig.EngineEndpoint), $"{EngineKey}.{EndpointKey}", config.EngineEndpoint, config.EngineEndpoint is not null),
            ],
        };

        PackConfigValue Setting(string name, string key, object? value, bool isSet) => new()
        {
            Name = name,
            Key = key,
            Value = value?.ToString() ?? "",
            IsSet = isSet,
            Source = isSet ? Path : Default,
            Line = isSet ? LineOf(key) : null,
        };

        int? LineOf(string key) => key.Split('.') switch
        {
            [EngineKey, var part] => engine!.LineOf(part),
            _ => root.LineOf(key) ?? (key == RegistryMirrorsKey ? mirrors?.FirstLine() : root.Sections(key) is [var first, ..] ? first.FirstLine() : null),
        };
    }

    /// <summary>An empty text is as good as none, for pack, too.</summary>
    private static string? Text(TomlSection section, string key) => section.String(key) is { Length: > 0 } text ? text : null;

    private static PullPolicy? ReadPolicy(TomlSection root)
    {
        if (Text(root, PullPolicyKey) is not { } text)
        {
            return null;
        }

        if (Array.Find(Policies, known => known.Text == text) is { Text: not null } policy)
        {
            return policy.Policy;
        }

        root.Problem(PullPolicyKey, $"is '{text}'; it must be one of {string.Join(", ", Policies.Select(known => known.Text))}");
        return null;
    }

    private static PackEngineKind? ReadEngine(TomlSection engine)
    {
        if (Text(engine, KindKey) is not { } text)
        {
            return null;
        }

        if (Enum.TryParse<PackEngineKind>(text, ignoreCase: true, out var kind) && Enum.IsDefined(kind) && !char.IsAsciiDigit(text[0]))
        {
            return kind;
        }

        engine.Problem(KindKey, $"names the unknown engine '{text}'; it must be podman or docker");
        return null;
    }

    private string Edit(string text, PackConfig before, PackConfigChange change)
    {
        var edit = new TomlEdit(text);
        foreach (var cleared in change.Cleared)
        {
            Clear(edit, cleared);
        }

        RemoveFrom(edit, RunImagesKey, ImageKey, change.RemovedRunImages);
        RemoveFrom(edit, TrustedBuildersKey, NameKey, change.RemovedTrustedBuilders);
        RemoveFrom(edit, RegistriesKey, NameKey, change.RemovedRegistries);
        foreach (var registry in change.RemovedRegistryMirrors)
        {
            edit.Remove(RegistryMirrorsKey, registry);
        }

        if (before.DefaultRegistry is { } former && (change.RemovedRegistries.Contains(former) || change.Cleared.Contains(PackConfigSetting.Registries)))
        {
            edit.Remove(DefaultRegistryKey);
        }

        // The places of elements are those after the removals.
        var now = Parse(edit.Text);
        Set(edit, change.DefaultBuilder, DefaultBuilderKey);
        Set(edit, change.PullPolicy is { } policy ? Array.Find(Policies, known => known.Policy == policy).Text : null, PullPolicyKey);
        Set(edit, change.LifecycleImage, LifecycleImageKey);
        Set(edit, change.DefaultRegistry, DefaultRegistryKey);
        SetExperimental(edit, now, change);
        Set(edit, change.LayoutFolder, LayoutFolderKey);
        foreach (var image in change.RunImageMirrors.GroupBy(image => image.Image))
        {
            SetElement(edit, RunImagesKey, ImageKey, image.Key, [("mirrors", TomlEdit.Literal(image.Select(mirror => mirror.Mirror)))]);
        }

        foreach (var mirror in change.RegistryMirrors)
        {
            edit.Set(TomlEdit.Literal(mirror.Mirror), RegistryMirrorsKey, mirror.Registry);
        }

        foreach (var builder in change.TrustedBuilders)
        {
            SetElement(edit, TrustedBuildersKey, NameKey, builder, []);
        }

        foreach (var registry in change.Registries)
        {
            SetElement(edit, RegistriesKey, NameKey, registry.Name, [("type", TomlEdit.Literal(registry.Type)), ("url", TomlEdit.Literal(registry.Url))]);
        }

        if (change.ReplacesEngine)
        {
            SetOrRemove(edit, change.Engine?.ToString().ToLowerInvariant(), EngineKey, KindKey);
            SetOrRemove(edit, change.EngineEndpoint, EngineKey, EndpointKey);
        }

        return edit.Text;
    }

    private static void Clear(TomlEdit edit, PackConfigSetting setting) => edit.Remove(setting switch
    {
        PackConfigSetting.DefaultBuilder => DefaultBuilderKey,
        PackConfigSetting.PullPolicy => PullPolicyKey,
        PackConfigSetting.RunImageMirrors => RunImagesKey,
        PackConfigSetting.RegistryMirrors => RegistryMirrorsKey,
        PackConfigSetting.TrustedBuilders => TrustedBuildersKey,
        PackConfigSetting.LifecycleImage => LifecycleImageKey,
        PackConfigSetting.Registries => RegistriesKey,
        PackConfigSetting.DefaultRegistry => DefaultRegistryKey,
        PackConfigSetting.Experimental => ExperimentalKey,
        _ => LayoutFolderKey,
    });

    /// <summary>With experimental features pack names the folder of layouts, and without them it forgets it.</summary>
    private void SetExperimental(TomlEdit edit, PackConfig now, PackConfigChange change)
    {
        if (change.Experimental is not { } experimental)
        {
            return;
        }

        edit.Set(experimental ? "true" : "false", ExperimentalKey);
        if (change.LayoutFolder is null && !experimental)
        {
            edit.Remove(LayoutFolderKey);
        }
        else if (change.LayoutFolder is null && now.LayoutFolder is null)
        {
            Set(edit, System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, UsualLayoutFolder), LayoutFolderKey);
        }
    }

    private static void Set(TomlEdit edit, string? value, params string[] keys)
    {
        if (value is not null)
        {
            edit.Set(TomlEdit.Literal(value), keys);
        }
    }

    private static void SetOrRemove(TomlEdit edit, string? value, params string[] keys)
    {
        if (value is null)
        {
            edit.Remove(keys);
        }
        else
        {
            edit.Set(TomlEdit.Literal(value), keys);
        }
    }

    private void SetElement(TomlEdit edit, string list, string key, string name, IReadOnlyList<(string Key, string Literal)> values)
    {
        var index = NamesIn(edit.Text, list, key).IndexOf(name);
        if (index < 0)
        {
            edit.Append(list, [(key, TomlEdit.Literal(name)), .. values]);
            return;
        }

        foreach (var (part, literal) in values)
        {
            edit.Set(literal, list, TomlEdit.Element(index), part);
        }
    }

    private void RemoveFrom(TomlEdit edit, string list, string key, IReadOnlyList<string> removed)
    {
        foreach (var name in removed)
        {
            for (var index = Index(); index >= 0 && edit.Remove(list, TomlEdit.Element(index)); index = Index())
            {
            }

            int Index() => NamesIn(edit.Text, list, key).IndexOf(name);
        }
    }

    /// <summary>The names of the elements of a list, those without a name too, so that their numbers are right.</summary>
    private List<string?> NamesIn(string text, string list, string key) =>
        [.. TomlDocument.FromText(Path, text, PackErrorIds.ConfigurationInvalid).Root.Sections(list).Select(element => element.String(key))];

    /// <summary>An edit that does not come out as it was meant is not written: nothing that the user wrote is lost.</summary>
    private PackConfig Check(string before, string after, PackConfigChange change)
    {
        var config = Parse(after);
        string[] known =
        [
            DefaultBuilderKey, PullPolicyKey, RunImagesKey, RegistryMirrorsKey, TrustedBuildersKey, LifecycleImageKey, RegistriesKey, DefaultRegistryKey, ExperimentalKey,
            LayoutFolderKey, EngineKey,
        ];
        if (Rest(before) != Rest(after))
        {
            throw new PackException(PackErrorIds.ConfigurationUnusable, PackErrorKind.Failed, $"The configuration file {Path} is written in a way that cannot be changed without changing other keys.")
            {
                Target = Path,
                RecommendedAction = "Change the file with an editor.",
            };
        }

        return change.DefaultRegistry is not { } name || name == OfficialRegistry || config.Registries.Any(registry => registry.Name == name) ? config
            : throw new PackException(PackErrorIds.ConfigurationValueInvalid, PackErrorKind.InvalidInput, $"There is no buildpack registry with the name '{name}'.")
            {
                Target = name,
                RecommendedAction = $"Name one of {string.Join(", ", config.Registries.Select(registry => registry.Name).Prepend(OfficialRegistry))}, or add it with -Registry.",
            };

        string Rest(string text)
        {
            var table = TomlSerializer.Deserialize<TomlTable>(text) ?? [];
            foreach (var key in known)
            {
                table.Remove(key);
            }

            return TomlSerializer.Serialize(table);
        }
    }

    /// <summary>Writes beside the file and moves over it, so that no reader ever sees half a file. A link stays a link.</summary>
    private void Write(string folder, string text)
    {
        var target = new FileInfo(Path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path : Path;
        var draft = OwnedPath.New(target == Path ? folder : System.IO.Path.GetDirectoryName(target)!);
        try
        {
            File.WriteAllText(draft, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(draft, File.GetUnixFileMode(target));
            }

            File.Move(draft, target, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}

/// <summary>What to change in the configuration. What is left open stays as it is.</summary>
public sealed record PackConfigChange
{
    /// <summary>Settings that are removed before others are set.</summary>
    public IReadOnlyCollection<PackConfigSetting> Cleared { get; init; } = [];

    /// <summary>The default builder.</summary>
    public string? DefaultBuilder { get; init; }

    /// <summary>The pull policy.</summary>
    public PullPolicy? PullPolicy { get; init; }

    /// <summary>Mirrors of run images. They replace those that these run images had.</summary>
    public IReadOnlyList<PackRunImageMirror> RunImageMirrors { get; init; } = [];

    /// <summary>Mirrors of registries.</summary>
    public IReadOnlyList<PackRegistryMirror> RegistryMirrors { get; init; } = [];

    /// <summary>More builders that are trusted.</summary>
    public IReadOnlyList<string> TrustedBuilders { get; init; } = [];

    /// <summary>pack's lifecycle image.</summary>
    public string? LifecycleImage { get; init; }

    /// <summary>Buildpack registries.</summary>
    public IReadOnlyList<PackBuildpackRegistry> Registries { get; init; } = [];

    /// <summary>The default registry.</summary>
    public string? DefaultRegistry { get; init; }

    /// <summary>Whether experimental features are on.</summary>
    public bool? Experimental { get; init; }

    /// <summary>The folder of layouts.</summary>
    public string? LayoutFolder { get; init; }

    /// <summary>Run images whose mirrors are removed.</summary>
    public IReadOnlyList<string> RemovedRunImages { get; init; } = [];

    /// <summary>Registries whose mirror is removed.</summary>
    public IReadOnlyList<string> RemovedRegistryMirrors { get; init; } = [];

    /// <summary>Builders that are trusted no more.</summary>
    public IReadOnlyList<string> RemovedTrustedBuilders { get; init; } = [];

    /// <summary>Buildpack registries that are removed.</summary>
    public IReadOnlyList<string> RemovedRegistries { get; init; } = [];

    /// <summary>Whether the engine and its endpoint are replaced, by nothing where they are <see langword="null"/>.</summary>
    public bool ReplacesEngine { get; init; }

    /// <summary>The engine.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>The engine's address.</summary>
    public string? EngineEndpoint { get; init; }
}

/// <summary>What builds do when neither a parameter nor the configuration says otherwise.</summary>
internal static class BuildDefaults
{
    /// <summary>Other than with pack, a registry is not asked for images that the engine holds: a rebuild needs no network.</summary>
    public const PullPolicy PullPolicy = Buildpacks.PullPolicy.IfNotPresent;
}
