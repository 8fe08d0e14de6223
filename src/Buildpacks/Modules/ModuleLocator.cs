using System.Text.RegularExpressions;
using Buildpacks.Descriptors;
using Buildpacks.Oci;
using Buildpacks.Stores;

namespace Buildpacks.Modules;

/// <summary>Where a buildpack or an image extension is.</summary>
internal enum ModuleLocatorKind
{
    /// <summary>All buildpacks of the builder, in its order: <c>from=builder</c>.</summary>
    BuilderOrder,

    /// <summary>A buildpack of the builder: <c>urn:cnb:builder:ID[@VERSION]</c>.</summary>
    InBuilder,

    /// <summary>A folder or a file: a path that exists, or a <c>file:</c> URI.</summary>
    Path,

    /// <summary>A file to download: <c>http:</c> or <c>https:</c>.</summary>
    Url,

    /// <summary>The image of a package, in an engine or a registry: <c>docker://NAME</c>.</summary>
    Image,

    /// <summary>The image of a package in its registry: <c>registry:NAME</c>.</summary>
    RegistryImage,

    /// <summary>The image of a package in a file: <c>docker-archive:PATH</c>.</summary>
    ImageFile,

    /// <summary>A buildpack of a buildpack registry: <c>urn:cnb:registry:NAMESPACE/NAME[@VERSION]</c>.</summary>
    Registry,

    /// <summary>A bare word: a buildpack of the builder if it has one of this name.</summary>
    Name,

    /// <summary>A script in a project descriptor.</summary>
    Inline,
}

/// <summary>Says where a buildpack or an image extension is, as a user wrote it. Nothing but the existence of paths is looked up.</summary>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="Text">What was written; messages name it.</param>
/// <param name="Value">The full path, the address, the image's name, or id and version.</param>
internal sealed partial record ModuleLocator(ModuleLocatorKind Kind, string Text, string Value)
{
    /// <summary>Stands for all buildpacks of the builder, in the builder's order.</summary>
    public const string FromBuilder = "from=builder";

    private const string BuilderUrn = "urn:cnb:builder";
    private const string RegistryUrn = "urn:cnb:registry:";
    private const string DockerScheme = "docker:/";
    private const string FileScheme = "file:";

    private static readonly string[] Archives = [".cnb", ".tgz", ".tar", ".tar.gz", ".zip"];

    /// <summary>The image of a package, in an engine or a registry; <see langword="null"/> for all other places.</summary>
    public ImageReference? Image { get; init; }

    /// <summary>The script of an inline buildpack; <see langword="null"/> for all others.</summary>
    public InlineBuildpack? Script { get; init; }

    /// <summary>The buildpack of a buildpack registry that a bare word names; <see langword="null"/> when it has not the form of its ids.</summary>
    public ModuleLocator? AsRegistered() =>
        Kind is ModuleLocatorKind.Name && RegistryIdPattern().IsMatch(Value) ? this with { Kind = ModuleLocatorKind.Registry } : null;

    /// <summary>
    /// The image that a bare word names which is no buildpack of the builder; <see langword="null"/> when it may be a mistyped id: NAMESPACE/NAME
    /// without a registry and a tag is the form of ids.
    /// </summary>
    public ModuleLocator? AsImage() =>
        Kind is ModuleLocatorKind.Name && ImageReference.Find(Value) is { } image && !RegistryIdPattern().IsMatch(Value)
        && (Value.Contains(':', StringComparison.Ordinal) || Value.Split('/') is [.., _, _, _])
            ? this with { Kind = ModuleLocatorKind.Image, Image = image }
            : null;

    /// <summary>The id and version that are named; <see langword="null"/> when the value is not of that form.</summary>
    public OrderEntry? Entry => NamePattern().Match(Value) is { Success: true } match
        ? new OrderEntry { Id = match.Groups["id"].Value, Version = match.Groups["version"] is { Success: true } version ? version.Value : null }
        : null;

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Reads what a user wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="baseFolder">The folder that relative paths start at.</param>
    /// <exception cref="PackException"><c>BuildpackInvalid</c>: it names nothing. <c>BuildpackNotFound</c>: it is a path that does not exist.</exception>
    public static ModuleLocator Parse(string text, string baseFolder)
    {
        var name = text.Trim();
        if (name is FromBuilder or BuilderUrn)
        {
            return new ModuleLocator(ModuleLocatorKind.BuilderOrder, text, name);
        }

        if ((After(name, FromBuilder + ":") ?? After(name, BuilderUrn + ":")) is { } held)
        {
            return Named(ModuleLocatorKind.InBuilder, text, held);
        }

        if (After(name, RegistryUrn) is { } registered)
        {
            return Named(ModuleLocatorKind.Registry, text, registered);
        }

        if (name.StartsWith(DockerScheme, StringComparison.OrdinalIgnoreCase))
        {
            return OfImage(text, name[DockerScheme.Length..].TrimStart('/'));
        }

        if (name.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return DownloadAddress.TryParse(name, out var address, out var problem)
                ? new ModuleLocator(ModuleLocatorKind.Url, address.Shown, name)
                : throw Invalid(text, $"'{text}' cannot be used: {problem}.", "Write an address such as https://example.com/buildpack.tgz or https://example.com/buildpack.tgz#sha256=HEX.");
        }

        if (ImagePlace.Find(name) is { } place)
        {
            return OfPlace(text, place, baseFolder);
        }

        if (PathOf(name, baseFolder) is not { } path)
        {
            throw After(name, FileScheme) is not null
                ? Invalid(text, $"'{text}' does not name a path of this machine.", "Write file:PATH for a path that starts at the current folder, or file:///PATH for a full path.")
                : Invalid(text, $"'{text}' has an unknown scheme.", "Write a path, a file, http or https address, or docker://IMAGE.");
        }

        return Exists(path) ? new ModuleLocator(ModuleLocatorKind.Path, text, path)
            : IsPath(name) ? throw NotFound(text, path)
            : NamePattern().IsMatch(name) || ImageReference.Find(name) is not null ? new ModuleLocator(ModuleLocatorKind.Name, text, name)
            : throw Invalid(text, $"'{text}' is not a valid buildpack name.", "Write ID or ID@VERSION, such as samples/web@1.0.0, or the path of a folder or an archive.");
    }

    /// <summary>The locator of a package's image.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="image">The image's name.</param>
    /// <exception cref="PackException"><c>BuildpackInvalid</c>: it is no name of an image.</exception>
    public static ModuleLocator OfImage(string text, string image) => ImageReference.TryParse(image, out var reference, out var problem)
        ? new ModuleLocator(ModuleLocatorKind.Image, text, image) { Image = reference }
        : throw Invalid(text, $"'{text}' is not the name of an image: {problem}.", "Write docker://NAME, such as docker://docker.io/paketobuildpacks/java.");

    private static ModuleLocator OfPlace(string text, ImagePlace place, string baseFolder)
    {
        if (place.Format is null)
        {
            return OfImage(text, place.Rest) with { Kind = ModuleLocatorKind.RegistryImage };
        }

        var path = Path.GetFullPath(place.Rest, baseFolder);
        return !Exists(path) ? throw NotFound(text, path)
            : new ModuleLocator(place.Format is PackImageFormat.DockerArchive ? ModuleLocatorKind.ImageFile : ModuleLocatorKind.Path, text, path);
    }

    /// <summary>The full path that a path or a <c>file:</c> URI names.</summary>
    /// <param name="uri">The path or URI.</param>
    /// <param name="baseFolder">The folder that relative paths start at.</param>
    /// <returns>The full path, whether it exists or not; <see langword="null"/> when the URI is of another kind.</returns>
    public static string? PathOf(string uri, string baseFolder)
    {
        if (uri.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase))
        {
            return PathOfUri(uri[FileScheme.Length..]) is { Length: > 0 } file && !file.Contains('\0', StringComparison.Ordinal) ? Path.GetFullPath(file, baseFolder) : null;
        }

        if (uri.Contains("://", StringComparison.Ordinal) || uri.StartsWith("urn:", StringComparison.Ordinal) || uri.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        return Path.GetFullPath(uri is "~" || uri.StartsWith("~/", StringComparison.Ordinal) ? HomeOf(uri) : uri, baseFolder);
    }

    /// <summary>The path in a <c>file:</c> URI, behind the scheme. What follows two slashes is a machine, which has to be this one.</summary>
    private static string? PathOfUri(string rest)
    {
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            if (slash < 0 || rest[2..slash] is not ("" or "localhost"))
            {
                return OperatingSystem.IsWindows() && slash > 2 ? Uri.UnescapeDataString(rest) : null;
            }

            rest = rest[slash..];
        }

        var path = Uri.UnescapeDataString(rest);
        return OperatingSystem.IsWindows() && path is ['/', _, ':', ..] ? path[1..] : path;
    }

    /// <summary>The failure of a text or a list that means nothing.</summary>
    public static PackException Invalid(string text, string problem, string action) =>
        new(PackErrorIds.BuildpackInvalid, PackErrorKind.InvalidInput, problem) { Target = text, RecommendedAction = action };

    /// <summary>The failure of a path that does not exist.</summary>
    private static PackException NotFound(string text, string path) =>
        new(PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"The path {path} does not exist.")
        {
            Target = text,
            RecommendedAction = "Check the path of the buildpack. A relative path starts at the current folder, in project.toml, package.toml and builder.toml at the folder of the file.",
        };

    private static ModuleLocator Named(ModuleLocatorKind kind, string text, string value) => NamePattern().IsMatch(value)
        ? new ModuleLocator(kind, text, value)
        : throw Invalid(text, $"'{text}' is not a valid buildpack name.", $"Write ID or ID@VERSION after the prefix, such as {(kind is ModuleLocatorKind.Registry ? RegistryUrn : BuilderUrn + ":")}samples/web@1.0.0.");

    private static string? After(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static string HomeOf(string path) =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify) + path[1..];

    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path);

    /// <summary>Whether a text can only be a path.</summary>
    private static bool IsPath(string name) =>
        name is ['.' or '/' or '~' or '\\', ..] or [_, ':', '\\' or '/', ..]
        || name.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase)
        || Array.Exists(Archives, extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^(?<id>[A-Za-z0-9][A-Za-z0-9./_-]*)(@(?<version>[A-Za-z0-9][A-Za-z0-9.+_-]*))?\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[a-z0-9.-]+/[a-z0-9.-]+(@[0-9A-Za-z.+-]+)?\z")]
    private static partial Regex RegistryIdPattern();
}
