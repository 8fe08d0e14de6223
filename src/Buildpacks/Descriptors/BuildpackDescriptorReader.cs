using System.Text.RegularExpressions;
using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>Reads buildpack.toml and extension.toml. Keys it does not know are a warning: other tools keep their own there.</summary>
internal static partial class BuildpackDescriptorReader
{
    /// <summary>Reads text.</summary>
    /// <param name="source">Where the text is from, as messages name it; its file name says whether it describes a buildpack or an extension.</param>
    /// <param name="text">The text.</param>
    /// <param name="kind">What it describes.</param>
    /// <exception cref="PackException"><c>BuildpackTomlInvalid</c>: it is no TOML, or a key is missing or of the wrong type.</exception>
    public static BuildpackDescriptor Parse(string source, string text, ModuleKind kind)
    {
        var document = TomlDocument.FromText(source, text, PackErrorIds.BuildpackTomlInvalid);
        var root = document.Root;
        root.Accept("metadata");
        var api = root.RequiredString("api");
        if (api.Length > 0 && !ApiVersion.TryParse(api, out _))
        {
            root.Problem("api", $"is '{api}', which is not an API version such as 0.10");
        }

        var table = kind is ModuleKind.Buildpack ? "buildpack" : "extension";
        var info = root.Section(table);
        if (info is null)
        {
            root.Problem(table, "is missing");
        }

        var descriptor = new BuildpackDescriptor
        {
            Kind = kind,
            Api = api,
            Info = info is null ? new() : ReadInfo(info),
            Stacks = [.. root.Sections("stacks").Select(stack => new StackSupport
            {
                Id = stack.RequiredString("id"),
                Mixins = stack.Strings("mixins") is { Count: > 0 } mixins ? mixins : null,
            })],
            Targets = SharedSections.Targets(root),
            Order = SharedSections.Order(root, "order"),
        };
        CheckOrder(root, descriptor);
        document.ThrowIfInvalid(allowUnknownKeys: true);
        return descriptor with
        {
            Warnings = [.. document.UnknownKeys().Select(key => $"{source}: line {key.Line}: {key.Message}")],
        };
    }

    /// <summary>Whether a text is the id of a buildpack.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>Whether a text is the version of a buildpack.</summary>
    public static bool IsVersion(string text) => VersionPattern().IsMatch(text);

    private static ModuleInfo ReadInfo(TomlSection section)
    {
        section.Accept("exec-env");
        section.Accept("sbom-formats");
        var id = section.RequiredString("id");
        if (id.Length > 0 && !IdPattern().IsMatch(id))
        {
            section.Problem("id", $"is '{id}': an id contains only letters, digits, '.', '/', '-' and '_'");
        }

        // The version is the name of a folder in the builder.
        var version = section.RequiredString("version");
        if (version.Length > 0 && !VersionPattern().IsMatch(version))
        {
            section.Problem("version", $"is '{version}', which is not a version such as 1.2.3");
        }

        return new ModuleInfo
        {
            Id = id,
            Version = version,
            Name = section.String("name"),
            Description = section.String("description"),
            Homepage = section.String("homepage"),
            Keywords = section.Strings("keywords") is { Count: > 0 } keywords ? keywords : null,
            ClearEnv = section.Flag("clear-env") ? true : null,
            Licenses = section.Sections("licenses")
                .Select(license => new ModuleLicense { Type = license.String("type"), Uri = license.String("uri") })
                .ToList() is { Count: > 0 } licenses ? licenses : null,
        };
    }

    private static void CheckOrder(TomlSection root, BuildpackDescriptor descriptor)
    {
        if (descriptor.Order.Count == 0)
        {
            return;
        }

        if (descriptor.Kind is ModuleKind.Extension)
        {
            root.Problem("order", "is not allowed: an extension has no order");
        }
        else if (descriptor.Stacks.Count > 0 || descriptor.Targets.Count > 0)
        {
            root.Problem("order", "cannot be combined with 'stacks' or 'targets'");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._/-]*\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._+-]*\z")]
    private static partial Regex VersionPattern();
}
