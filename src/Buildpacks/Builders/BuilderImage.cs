using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;

namespace Buildpacks.Builders;

/// <summary>A builder, as its image's labels and environment describe it.</summary>
public sealed record BuilderImage
{
    /// <summary>The name the image was asked for by.</summary>
    public required string Name { get; init; }

    /// <summary>The image.</summary>
    public required ImageDetail Detail { get; init; }

    /// <summary>The builder's metadata.</summary>
    public required BuilderMetadata Metadata { get; init; }

    /// <summary>The run images, the default first; empty when the builder names none.</summary>
    public required IReadOnlyList<RunImageNames> RunImages { get; init; }

    /// <summary>The groups of buildpacks, in the order they are tried.</summary>
    public required IReadOnlyList<OrderGroup> Order { get; init; }

    /// <summary>The groups of image extensions, in the order they are tried.</summary>
    public required IReadOnlyList<OrderGroup> OrderExtensions { get; init; }

    /// <summary>The buildpacks by id, then version.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModuleLayer>> BuildpackLayers { get; init; }

    /// <summary>The image extensions by id, then version.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModuleLayer>> ExtensionLayers { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>>();

    /// <summary>The system buildpacks.</summary>
    public required SystemOrder System { get; init; }

    /// <summary>The user that detects and builds.</summary>
    public required int UserId { get; init; }

    /// <summary>That user's group.</summary>
    public required int GroupId { get; init; }

    /// <summary>The stack's id; <see langword="null"/> when the image names none.</summary>
    public string? StackId => Detail.Label(BuilderLabels.StackId);

    /// <summary>The lifecycle and its APIs.</summary>
    public LifecycleDescriptor Lifecycle => Metadata.Lifecycle;

    /// <summary>Reads a builder from an image's labels.</summary>
    /// <param name="name">The name the image was asked for by; errors name it.</param>
    /// <param name="detail">The image.</param>
    /// <exception cref="PackException">
    /// <c>NotABuilder</c>: the image has no builder label. <c>BuilderMetadataInvalid</c>: a label is no JSON of the right shape,
    /// the lifecycle's version or APIs are missing, or the image does not say who builds.
    /// </exception>
    public static BuilderImage Read(string name, ImageDetail detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        if (string.IsNullOrWhiteSpace(detail.Label(BuilderLabels.Metadata)))
        {
            throw new PackException(
                PackErrorIds.NotABuilder, PackErrorKind.InvalidInput, $"'{name}' is not a builder: it has no label {BuilderLabels.Metadata}.")
            {
                Target = name,
                RecommendedAction = "Name an image made by New-PackBuilder or by 'pack builder create'; Get-PackImage -All shows which images are builders.",
            };
        }

        var metadata = ReadLabel(name, detail, BuilderLabels.Metadata, BuilderJson.Default.BuilderMetadata) ?? new();
        if (metadata.Lifecycle.Version.Length == 0)
        {
            throw Invalid(name, $"its label {BuilderLabels.Metadata} does not name a lifecycle version");
        }

        if (metadata.Lifecycle.AllPlatformApis().Count == 0 || metadata.Lifecycle.AllBuildpackApis().Count == 0)
        {
            throw Invalid(name, $"its label {BuilderLabels.Metadata} does not name the platform and buildpack APIs of its lifecycle");
        }

        if (!CnbUser.TryRead(detail, out var user, out var problem))
        {
            throw Invalid(name, problem);
        }

        var layers = ReadLabel(name, detail, BuilderLabels.BuildpackLayers, BuilderJson.Default.ModuleLayers)
            ?? new Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>>();
        return new BuilderImage
        {
            Name = name,
            Detail = detail,
            Metadata = metadata,
            RunImages = ReadRunImages(metadata),
            Order = WithVersions(
                ReadLabel(name, detail, BuilderLabels.Order, BuilderJson.Default.Order) ?? [],
                id => layers.TryGetValue(id, out var versions) ? versions.Keys : []),
            OrderExtensions = WithVersions(
                ReadLabel(name, detail, BuilderLabels.OrderExtensions, BuilderJson.Default.Order) ?? [],
                id => metadata.Extensions.Where(extension => extension.Id == id).Select(extension => extension.Version)),
            BuildpackLayers = layers,
            ExtensionLayers = ReadLabel(name, detail, BuilderLabels.ExtensionLayers, BuilderJson.Default.ModuleLayers)
                ?? new Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>>(),
            System = ReadLabel(name, detail, BuilderLabels.System, BuilderJson.Default.SystemOrder) ?? new(),
            UserId = user.UserId,
            GroupId = user.GroupId,
        };
    }

    /// <summary>The run image that is used when the caller names none.</summary>
    /// <exception cref="PackException"><c>BuilderWithoutRunImage</c>: the builder names none, or by no valid name.</exception>
    public RunImageNames GetDefaultRunImage() => RunImages is not [var runImage, ..] ? throw WithoutRunImage("does not name a run image")
        : runImage.Mirrors.Prepend(runImage.Image).Any(name => ImageReference.Find(name) is not null) ? runImage
        : throw WithoutRunImage($"names the run image '{runImage.Image}', which is not an image name");

    private PackException WithoutRunImage(string problem) => new(PackErrorIds.BuilderWithoutRunImage, PackErrorKind.InvalidInput, $"The builder '{Name}' {problem}.")
    {
        Target = Name,
        RecommendedAction = "Specify one with -RunImage, or create the builder again with [[run.images]] in its builder.toml.",
    };

    /// <summary>The label may leave out the version of what the builder holds once; the lifecycle's files name each.</summary>
    private static List<OrderGroup> WithVersions(IReadOnlyList<OrderGroup> order, Func<string, IEnumerable<string>> versionsOf) =>
        [.. order.Select(group => group with { Group = [.. group.Group.Select(entry => WithVersion(entry, versionsOf))] })];

    private static OrderEntry WithVersion(OrderEntry entry, Func<string, IEnumerable<string>> versionsOf) =>
        string.IsNullOrEmpty(entry.Version) && versionsOf(entry.Id).Take(2).ToList() is [var only] ? entry with { Version = only } : entry;

    private static List<RunImageNames> ReadRunImages(BuilderMetadata metadata)
    {
        var images = metadata.Images.Where(image => image.Image.Length > 0).ToList();
        if (images.Count == 0 && metadata.Stack.RunImage.Image.Length > 0)
        {
            images.Add(metadata.Stack.RunImage);
        }

        return images;
    }

    private static T? ReadLabel<T>(string name, ImageDetail detail, string label, JsonTypeInfo<T> type)
        where T : class
    {
        if (detail.Label(label) is not { Length: > 0 } json)
        {
            return null;
        }

        if (json.Length > LabelJson.MaximumLength)
        {
            throw Invalid(name, $"its label {label} has {json.Length} characters, more than {LabelJson.MaximumLength}");
        }

        try
        {
            return json == "null" ? null : StrictJson.Deserialize(Encoding.UTF8.GetBytes(json), type);
        }
        catch (JsonException exception)
        {
            throw Invalid(name, $"its label {label} is malformed at {exception.Path ?? "$"}: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private static PackException Invalid(string name, string problem, Exception? cause = null) =>
        new(PackErrorIds.BuilderMetadataInvalid, PackErrorKind.InvalidInput, $"The builder '{name}' cannot be used: {problem}.", cause)
        {
            Target = name,
            RecommendedAction = "Create the builder again, or use another builder.",
        };
}
