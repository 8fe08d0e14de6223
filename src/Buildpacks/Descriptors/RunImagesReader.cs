using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>Reads the run images of builder.toml, from <c>[[run.images]]</c> or the older <c>[stack]</c>.</summary>
internal static class RunImagesReader
{
    /// <summary>The run images, the default first.</summary>
    public static IReadOnlyList<RunImageNames> Read(TomlSection root, TomlSection? stack)
    {
        var images = root.Section("run")?.Sections("images")
            .Select(image => new RunImageNames { Image = image.RequiredString("image"), Mirrors = image.Strings("mirrors") })
            .ToList() ?? [];
        var older = stack?.String("run-image");
        var olderMirrors = stack?.Strings("run-image-mirrors") ?? [];
        if (images.Count > 0 && !string.IsNullOrEmpty(older) && images[0].Image != older)
        {
            stack!.Problem("run-image", $"is '{older}' but the first of 'run.images' is '{images[0].Image}'");
        }
        else if (images.Count == 0 && !string.IsNullOrEmpty(older))
        {
            stack!.RequiredString("id");
            images.Add(new RunImageNames { Image = older, Mirrors = olderMirrors });
        }
        else if (images.Count == 0)
        {
            root.Problem("run.images", "is missing: a builder must name the run image of its apps");
        }

        return images;
    }
}
