using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Analyzing;

/// <summary>The run images that a builder offers, and which of them an app image stands on.</summary>
/// <param name="choices">The run images with their mirrors; the first is the builder's preference.</param>
/// <param name="isStack">Whether they come from stack.toml.</param>
/// <param name="names">Reads image names.</param>
internal sealed class RunImages(IReadOnlyList<RunImageChoice> choices, bool isStack, ImageNameParser names)
{
    /// <summary>Reads run.toml, or stack.toml with platform APIs before 0.12.</summary>
    public static RunImages Read(Arguments arguments, PhaseContext context)
    {
        var isStack = context.PlatformApi.Before(0, 12);
        var path = arguments.Get(isStack ? Options.Stack : Options.Run);
        if (!File.Exists(path))
        {
            context.Log.Info($"No {(isStack ? "stack" : "run")} metadata found at path \"{path}\"");
        }

        return new RunImages(isStack ? RunImageList.ReadStack(path) : RunImageList.ReadRun(path), isStack, context.Names);
    }

    /// <summary>Reads a run.toml; none, when there is no file.</summary>
    public static RunImages Of(string path, ImageNameParser names) => new(RunImageList.ReadRun(path), isStack: false, names);

    /// <summary>The name of the run image when the platform gave none: of the preferred image and its mirrors, the one on the app image's registry, else the image itself.</summary>
    /// <param name="appImage">The app image's name.</param>
    /// <exception cref="LifecycleException">The builder offers none: exit code 3.</exception>
    public string Preferred(string appImage)
    {
        if (choices is not [{ Image: { } image, Mirrors: var mirrors }, ..])
        {
            throw new LifecycleException(
                ExitCodes.InvalidArguments, $"failed to resolve inputs: {(isStack ? "missing run image metadata (-run-image)" : "-run-image is required when there is no run metadata available")}");
        }

        var registry = names.TryParse(appImage, out var app, out var problem)
            ? app.Registry
            : throw new LifecycleException(ExitCodes.InvalidArguments, $"failed to resolve inputs: {problem}");
        return mirrors.Prepend(image).FirstOrDefault(name => names.TryParse(name, out var reference, out _) && reference.Registry == registry)
            ?? image;
    }

    /// <summary>Whether the builder offers an image, by itself or as a mirror.</summary>
    public bool Contains(string runImage) => Find(runImage) is not null;

    /// <summary>
    /// The image and its mirrors to which a run image's name belongs; the preferred ones when it belongs to none. After image extensions, which can choose any
    /// image, a name that belongs to none stands for itself.
    /// </summary>
    /// <param name="runImage">The name.</param>
    /// <param name="hasExtensions">Whether image extensions took part.</param>
    public RunImageChoice Containing(string? runImage, bool hasExtensions) => choices.Count == 0 ? new RunImageChoice()
        : isStack ? choices[0]
        : (runImage is null ? null : Find(runImage)) ?? (hasExtensions ? new RunImageChoice { Image = runImage } : choices[0]);

    private RunImageChoice? Find(string runImage) =>
        choices.FirstOrDefault(choice => choice.Mirrors.Append(choice.Image).Any(name => name is not null && Plain(name) == Plain(runImage)));

    // Names are compared with their tag, without a digest.
    private string Plain(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var tagged = at < 0 ? name : name[..at];
        return names.TryParse(tagged, out var reference, out _) ? reference.ToString() : name;
    }
}
