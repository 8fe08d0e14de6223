using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Analyzing;

/// <summary>The run images that a builder offers, and which of them an app image stands on.</summary>
/// <param name="choices">The run images with their mirrors; the first is the builder's preference.</param>
/// <param name="names">Reads image names.</param>
internal sealed class RunImages(IReadOnlyList<RunImageChoice> choices, ImageNameParser names)
{
    /// <summary>Reads run.toml, or stack.toml with platform APIs before 0.12.</summary>
    public static RunImages Read(Arguments arguments, PhaseContext context) => new(
        context.PlatformApi.AtLeast(0, 12)
            ? RunImageList.ReadRun(arguments.Get(Options.Run))
            : RunImageList.ReadStack(arguments.Get(Options.Stack)),
        context.Names);

    /// <summary>The name of the run image when the platform gave none: of the preferred image and its mirrors, the one on the app image's registry, else the image itself.</summary>
    /// <param name="appImage">The app image's name.</param>
    /// <exception cref="LifecycleException">The builder offers none: exit code 3.</exception>
    public string Preferred(string appImage)
    {
        if (choices is not [{ Image: { } image, Mirrors: var mirrors }, ..])
        {
            throw new LifecycleException(
                ExitCodes.InvalidArguments, "failed to parse arguments: -run-image is required when there is no run metadata available");
        }

        var registry = names.Parse(appImage).Registry;
        return mirrors.Prepend(image).FirstOrDefault(name => names.TryParse(name, out var reference, out _) && reference.Registry == registry)
            ?? image;
    }

    /// <summary>The image and its mirrors to which a run image's name belongs; the preferred ones when it belongs to none.</summary>
    public RunImageChoice Containing(string? runImage) =>
        choices.FirstOrDefault(choice => choice.Mirrors.Append(choice.Image).Any(name => name is not null && runImage is not null && Plain(name) == Plain(runImage)))
        ?? (choices.Count > 0 ? choices[0] : new RunImageChoice());

    // Names are compared with their tag, without a digest.
    private string Plain(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var tagged = at < 0 ? name : name[..at];
        return names.TryParse(tagged, out var reference, out _) ? reference.ToString() : name;
    }
}
