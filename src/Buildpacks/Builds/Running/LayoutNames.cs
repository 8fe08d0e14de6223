using System.Text.RegularExpressions;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Oci;
using Buildpacks.Stores.Loopback;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Shows the paths of layouts in a build's container, and names in the registry of a build, as what they stand for: the names of images, and
/// their ids.
/// </summary>
internal sealed partial class LayoutNames
{
    private const int ShortLength = 12;

    private readonly IReadOnlyDictionary<string, (string Name, string? Id)> _images;
    private readonly Func<string, string?> _idOf;
    private readonly Regex _paths;

    /// <summary>Prepares for some images.</summary>
    /// <param name="images">The images that the lifecycle knows, by what it calls them: their names, and their ids as far as there is one.</param>
    /// <param name="idOf">The id of the image that a layout of some digest becomes; <see langword="null"/> when that is not known yet.</param>
    public LayoutNames(IReadOnlyDictionary<string, (string Name, string? Id)> images, Func<string, string?> idOf)
    {
        _images = images;
        _idOf = idOf;

        // A path begins and ends where no other path could go on: a colour may stand before it, and a full stop after it may end a sentence.
        var paths = string.Join('|', _images.Keys.OrderByDescending(path => path.Length).Select(Regex.Escape));
        _paths = new Regex($@"(?:(?<![\w./-])|(?<=\e\[[0-9;]*m))({paths})(@sha256:[0-9a-f]{{64}})?(?![\w/@:-]|\.\w)", RegexOptions.CultureInvariant);
    }

    /// <summary>Prepares for the images of a build.</summary>
    /// <param name="plan">The build.</param>
    /// <param name="registry">The address of the registry of the build; <see langword="null"/> when the lifecycle writes a layout.</param>
    /// <param name="idOf">The id of the image that a layout of some digest becomes; <see langword="null"/> when that is not known yet.</param>
    public static LayoutNames Of(BuildPlan plan, string? registry, Func<string, string?> idOf)
    {
        var images = new Dictionary<string, (string Name, string? Id)>(StringComparer.Ordinal);
        var runImage = (plan.RunImageName.Spelling, ShortId(plan, plan.RunImage.Id, plan.RunImage.Digest));
        var image = (plan.Image.ToString(), plan.Current is { } current ? ShortId(plan, current.Id, current.Digest) : null);
        if (registry is not null)
        {
            images[LoopbackRegistry.RunImageAt(registry)] = images[$"{registry}/{LoopbackRegistry.RunRepository}"] = runImage;
            images[LoopbackRegistry.AppImageAt(registry)] = images[$"{registry}/{LoopbackRegistry.AppRepository}"] = image;
            return new LayoutNames(images, idOf);
        }

        foreach (var path in LayoutPath.AllFor(plan.RunImageLayoutName))
        {
            images[PathOf(path)] = runImage;
        }

        images[PathOf(LayoutPath.For(plan.LayoutName))] = image;
        images[plan.LayoutName.ToString()] = image;
        return new LayoutNames(images, idOf);
    }

    /// <summary>A line of the lifecycle with names in the place of paths.</summary>
    public string Show(string line) => _paths.Replace(line, match =>
    {
        var (name, id) = _images[match.Groups[1].Value];
        return match.Groups[2].Success && id is not null ? $"{name} ({id})" : name;
    });

    /// <summary>The id of the image that a layout becomes; <see langword="null"/> when that is not known yet.</summary>
    /// <param name="layout">The digest of the layout's manifest.</param>
    public string? IdOf(string layout) => _idOf(layout);

    /// <summary>An image as a lifecycle shows it: by the beginning of its id, or of a published image by the digest of its manifest.</summary>
    /// <param name="plan">The build.</param>
    /// <param name="id">The image's id.</param>
    /// <param name="digest">The digest of its manifest.</param>
    public static string ShortId(BuildPlan plan, string id, string? digest) =>
        plan.Published is not null && digest is not null ? digest : OciDigest.IsValid(id) ? OciDigest.Hex(id)[..ShortLength] : id;

    /// <summary>The line that names the image which was exported, with its id as lifecycles show it; without one, the line names none.</summary>
    public static string ShowExported(string line, string? id) => Exported().Replace(line, id is null ? "" : $" ({id})", count: 1);

    private static string PathOf(string path) => $"{ContainerPaths.Layouts}/{path}";

    [GeneratedRegex(@" \((?:[^\s()]+@)?sha256:[0-9a-f]{64}\)")]
    private static partial Regex Exported();
}
