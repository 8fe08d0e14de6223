using System.Text.RegularExpressions;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Tomlyn;
using Tomlyn.Model;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// Where images are read: mirrors first, then the registry that the name says. The mirrors are those of pack's <c>config.toml</c>
/// (<c>registry-mirrors</c>) and those of containers' <c>registries.conf</c>, which also says where a registry really is, which registry is
/// blocked, and which needs no valid certificate. Images are written to the registry of their name only.
/// </summary>
internal sealed partial class RegistryLocations
{
    private const string AnyRegistry = "*";

    private static readonly string[] SystemFiles = ["/etc/containers/registries.conf", "/usr/share/containers/registries.conf"];

    private readonly IReadOnlyDictionary<string, string> _mirrors;
    private readonly IReadOnlyList<Rule> _rules;
    private readonly HashSet<string> _insecure;

    private RegistryLocations(IReadOnlyDictionary<string, string> mirrors, IReadOnlyList<Rule> rules, IEnumerable<string> insecure)
    {
        _mirrors = mirrors;
        _rules = rules;
        _insecure = new HashSet<string>(insecure.Select(Hub), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>No mirrors, and no insecure registries.</summary>
    public static RegistryLocations None { get; } = new(new Dictionary<string, string>(), [], []);

    /// <summary>The configuration of pack and of containers for this user.</summary>
    /// <exception cref="PackException"><c>RegistryConfigurationInvalid</c>, <c>ConfigurationInvalid</c>, <c>ConfigurationUnusable</c>.</exception>
    public static RegistryLocations OfUser(EngineEnvironment environment) => Read(PackConfigFile.Of(environment).Read(), ContainersFiles(environment));

    /// <summary>The mirrors of pack's configuration alone, for engines, which know those of containers by themselves.</summary>
    /// <exception cref="PackException"><c>RegistryConfigurationInvalid</c>.</exception>
    public static RegistryLocations OfPack(PackConfig configuration) => Read(configuration, []);

    /// <summary>Reads configuration files.</summary>
    /// <param name="pack">pack's configuration; <see langword="null"/> for none.</param>
    /// <param name="registriesFiles">Files in the form of registries.conf; a later one replaces what an earlier one says of a prefix.</param>
    /// <exception cref="PackException"><c>RegistryConfigurationInvalid</c>.</exception>
    public static RegistryLocations Read(PackConfig? pack, IEnumerable<string> registriesFiles)
    {
        var mirrors = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var mirror in pack?.RegistryMirrors ?? [])
        {
            mirrors[Hub(mirror.Registry)] = Checked(pack!.Path, mirror.Mirror.TrimEnd('/'));
        }

        var rules = new Dictionary<string, Rule>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in registriesFiles)
        {
            foreach (var rule in Tables(ReadToml(file), "registry").Select(section => ReadRule(file, section)).OfType<Rule>())
            {
                rules[rule.Prefix] = rule;
            }
        }

        return new RegistryLocations(
            mirrors, [.. rules.Values],
            rules.Values.Where(rule => rule.IsInsecure).Select(rule => HostOf(rule.Location))
                .Concat(rules.Values.SelectMany(rule => rule.Mirrors).Where(mirror => mirror.IsInsecure).Select(mirror => HostOf(mirror.Location))));
    }

    /// <summary>The same with registries that the caller names as insecure: their certificate is not checked, and they may speak plain HTTP.</summary>
    public RegistryLocations WithInsecure(IEnumerable<string> registries) => new(_mirrors, _rules, _insecure.Concat(registries));

    /// <summary>The same with mirrors of whole registries.</summary>
    public RegistryLocations WithMirrors(IReadOnlyDictionary<string, string> mirrors) =>
        new(mirrors.ToDictionary(mirror => Hub(mirror.Key), mirror => mirror.Value, StringComparer.OrdinalIgnoreCase), _rules, _insecure);

    /// <summary>Whether a registry was named as insecure.</summary>
    /// <param name="host">The registry, with its port if its name has one.</param>
    public bool IsInsecure(string host) => _insecure.Contains(Hub(host));

    /// <summary>Whether a registry is on this machine, where plain HTTP is no risk: docker has it so, too.</summary>
    /// <param name="host">The registry, with its port if its name has one.</param>
    public static bool IsLoopback(string host) => Uri.TryCreate($"https://{host}/", UriKind.Absolute, out var address) && address.IsLoopback;

    /// <summary>Whether an engine is told to pull without TLS: from a registry on this machine. docker allows that by itself.</summary>
    /// <param name="capabilities">What the engine does.</param>
    /// <param name="host">The registry.</param>
    public static bool PullsInsecure(EngineCapabilities capabilities, string host) => capabilities.PullsInsecure && IsLoopback(host);

    /// <summary>Where an image is read, in this order. The last is its own place.</summary>
    /// <exception cref="PackException"><c>RegistryBlocked</c>.</exception>
    public IReadOnlyList<ImageReference> Sources(ImageReference image)
    {
        var rule = _rules.Where(rule => rule.Fits(image.Name)).MaxBy(rule => rule.Prefix.Length);
        if (rule is { IsBlocked: true })
        {
            throw new PackException(PackErrorIds.RegistryBlocked, PackErrorKind.Unauthorized, $"The registry of {image.Name} is blocked in registries.conf.")
            {
                Target = image.Name,
                RecommendedAction = "Use an image of another registry, or ask the administrator of registries.conf on this machine.",
            };
        }

        var sources = new List<ImageReference>();
        if ((_mirrors.GetValueOrDefault(image.Registry) ?? _mirrors.GetValueOrDefault(AnyRegistry)) is { } mirror)
        {
            sources.Add(Moved(image, mirror + "/" + image.Repository));
        }

        if (rule is not null)
        {
            sources.AddRange(rule.Mirrors.Where(entry => entry.Pulls(image)).Select(entry => Moved(image, rule.Replace(image.Name, entry.Location))));
            sources.Add(Moved(image, rule.Replace(image.Name, rule.Location)));
        }
        else
        {
            sources.Add(image);
        }

        return [.. sources.Distinct()];
    }

    private static IEnumerable<string> ContainersFiles(EngineEnvironment environment)
    {
        if (OperatingSystem.IsWindows())
        {
            return [];
        }

        if (environment.Get("CONTAINERS_REGISTRIES_CONF") is { } named)
        {
            return [named];
        }

        var user = Path.Combine(environment.ConfigurationFolder, "containers", "registries.conf");
        string[] main = File.Exists(user) ? [user] : [.. SystemFiles.Where(File.Exists).Take(1)];
        return main
            .Concat(Parts("/etc/containers/registries.conf.d"))
            .Concat(Parts(Path.Combine(environment.ConfigurationFolder, "containers", "registries.conf.d")));

        static IEnumerable<string> Parts(string folder) =>
            Directory.Exists(folder) ? Directory.GetFiles(folder, "*.conf").Order(StringComparer.Ordinal) : [];
    }

    private static TomlTable ReadToml(string file)
    {
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(SmallFile.ReadText(file)) ?? [];
        }
        catch (Exception exception) when (exception is TomlException or ArgumentException or InvalidDataException)
        {
            throw Invalid(file, StoreErrors.Quote(exception.Message).TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Invalid(file, "it cannot be read", exception);
        }
    }

    private static Rule? ReadRule(string file, TomlTable table)
    {
        var location = Text(table, "location");
        var prefix = Text(table, "prefix") ?? location;
        if (prefix is null)
        {
            return null;
        }

        if (location is null && !prefix.StartsWith("*.", StringComparison.Ordinal))
        {
            location = prefix;
        }

        var mirrors = Tables(table, "mirror")
            .Select(mirror => (Location: Text(mirror, "location"), mirror))
            .Where(mirror => mirror.Location is not null)
            .Select(mirror => new Mirror(
                Checked(file, mirror.Location!), Flag(mirror.mirror, "insecure"),
                Text(mirror.mirror, "pull-from-mirror") ?? (Flag(table, "mirror-by-digest-only") ? "digest-only" : "all")));
        return new Rule(
            Hub(prefix), location is null ? "" : Checked(file, location), Flag(table, "insecure"), Flag(table, "blocked"), [.. mirrors]);
    }

    private static object? Value(TomlTable table, string key) => table.TryGetValue(key, out var value) ? value : null;

    private static string? Text(TomlTable table, string key) => Value(table, key) is string { Length: > 0 } text ? text.TrimEnd('/') : null;

    private static bool Flag(TomlTable table, string key) => Value(table, key) is true;

    private static IEnumerable<TomlTable> Tables(TomlTable table, string key) => Value(table, key) as IEnumerable<TomlTable> ?? [];

    private static ImageReference Moved(ImageReference image, string name) =>
        name == image.Name ? image
        : ImageReference.TryParse(name + (image.Tag is null ? "" : ":" + image.Tag) + (image.Digest is null ? "" : "@" + image.Digest), out var moved, out var problem) ? moved
        : throw Invalid("registries.conf", $"it gives {image.Name} the name '{StoreErrors.Quote(name)}': {problem}");

    private static string Hub(string name) => HubName().Replace(name, ImageReference.DefaultRegistry);

    private static string HostOf(string location) => location.Split('/')[0];

    private static string Checked(string file, string location)
    {
        var name = Hub(location);
        return ImageReference.TryParse(name + "/x", out var reference, out _) && (name + "/").StartsWith(reference.Registry + "/", StringComparison.OrdinalIgnoreCase)
            ? name
            : throw Invalid(file, $"'{StoreErrors.Quote(location)}' is not the address of a registry");
    }

    private static PackException Invalid(string file, string problem, Exception? cause = null) =>
        new(PackErrorIds.RegistryConfigurationInvalid, PackErrorKind.InvalidInput, $"'{file}' cannot be used: {problem}.", cause)
        {
            Target = file,
            RecommendedAction = "Correct the file.",
        };

    [GeneratedRegex(@"^(?:index\.|registry-1\.)?docker\.io(?=/|\z)")]
    private static partial Regex HubName();

    private sealed record Mirror(string Location, bool IsInsecure, string PullFrom)
    {
        public bool Pulls(ImageReference image) => PullFrom switch
        {
            "digest-only" => image.Digest is not null,
            "tag-only" => image.Digest is null,
            _ => true,
        };
    }

    private sealed record Rule(string Prefix, string Location, bool IsInsecure, bool IsBlocked, IReadOnlyList<Mirror> Mirrors)
    {
        public bool Fits(string name) => Prefix.StartsWith("*.", StringComparison.Ordinal)
            ? name.Split('/')[0].EndsWith(Prefix[1..], StringComparison.OrdinalIgnoreCase)
            : name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && (name.Length == Prefix.Length || name[Prefix.Length] is '/');

        /// <summary>The name with the prefix replaced; a prefix with a wildcard stands for the host as a whole.</summary>
        public string Replace(string name, string location)
        {
            if (location.Length == 0)
            {
                return name;
            }

            var length = Prefix.StartsWith("*.", StringComparison.Ordinal) ? name.IndexOf('/', StringComparison.Ordinal) : Prefix.Length;
            return location + name[length..];
        }
    }
}
