using Buildpacks.Builds.Phases;
using Buildpacks.Configuration.Toml;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Builds.Extending;

/// <summary>The run image in analyzed.toml, as the later phases are to find it: the platform extends images, and no phase has to.</summary>
/// <param name="text">analyzed.toml.</param>
internal sealed class AnalyzedRunImage(string text)
{
    private const string RunImage = "run-image";
    private const string Target = "target";

    private readonly TomlEdit _edit = new(text);
    private bool _isChosen;

    /// <summary>analyzed.toml with the changes.</summary>
    public string Text => _edit.Text;

    /// <summary>The run image is another one than the analyzer saw.</summary>
    public void Choose(ImageDetail image)
    {
        _isChosen = true;
        _edit.Remove(RunImage, Target);
        var config = image.Config;
        Set(config.Os, Target, "os");
        Set(config.Architecture, Target, "arch");
        if (config.Variant is { Length: > 0 } variant)
        {
            Set(variant, Target, "arch-variant");
        }

        if (image.Label(BuilderLabels.BaseId) is { } id)
        {
            Set(id, Target, "id");
        }

        if (image.Label(BuilderLabels.DistroName) is { } distro)
        {
            Set(distro, Target, "distro", "name");
            Set(image.Label(BuilderLabels.DistroVersion) ?? "", Target, "distro", "version");
        }
    }

    /// <summary>Names the layout of the run image where a generator named an image, and asks no phase to extend it.</summary>
    /// <param name="name">The name of the run image. After extensions, a lifecycle writes the name that it finds here into the label.</param>
    /// <param name="layoutName">The name by which the layout is found.</param>
    public void Settle(ImageReference name, ImageReference layoutName)
    {
        Set(name.Spelling, "image");
        _edit.Remove(RunImage, "extend");
        if (_isChosen)
        {
            Set($"{ContainerPaths.Layouts}/{LayoutPath.For(layoutName)}@{OciDigest.Of([])}", "reference");
        }
    }

    private void Set(string value, params string[] keys) => _edit.Set(TomlEdit.Literal(value), [RunImage, .. keys]);
}
