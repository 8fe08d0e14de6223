using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Extending;

/// <summary>An image as extensions made it.</summary>
/// <param name="Detail">The image in the engine. Of a run image, the config is what the lifecycle is to see.</param>
/// <param name="AddedHistory">A step for each added layer.</param>
internal sealed record ExtendedImage(ImageDetail Detail, IReadOnlyList<OciHistory> AddedHistory);

/// <summary>Where images are extended, and for which build.</summary>
internal sealed record ExtensionSite
{
    /// <summary>The engine, which builds images from Dockerfiles.</summary>
    public required IEngine Engine { get; init; }

    /// <summary>The app image, as messages name it.</summary>
    public required string Image { get; init; }

    /// <summary>What stands for engine and app image in the keys of <see cref="Made"/>.</summary>
    public required string HintKey { get; init; }

    /// <summary>What earlier builds made.</summary>
    public required Hints Made { get; init; }

    /// <summary>The network of commands; <see langword="null"/> for the engine's default.</summary>
    public required string? Network { get; init; }

    /// <summary>Takes what engine and commands write.</summary>
    public required IContainerOutput Output { get; init; }

    /// <summary>The last lines of that output.</summary>
    public required Func<IReadOnlyList<string>> LastLines { get; init; }

    /// <summary>Gets messages.</summary>
    public required ILogger Logger { get; init; }
}

/// <summary>
/// Applies Dockerfiles to an image with the engine's own build. What an earlier build made of the same image with the same Dockerfile, arguments and
/// context is taken again without a build.
/// </summary>
/// <param name="site">The engine, and the build.</param>
internal sealed class ImageExtender(ExtensionSite site)
{
    private const string BuildahLabel = "io.buildah.version";

    private static readonly string[] TrueWords = ["1", "t", "T", "true", "TRUE", "True"];

    /// <summary>Extends an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="steps">What is applied, in this order.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    /// <exception cref="PackException"><c>ExtendFailed</c>.</exception>
    public async Task<ExtendedImage> ExtendAsync(ImageDetail image, IReadOnlyList<ExtensionStep> steps, CancellationToken cancellationToken)
    {
        var (current, isRebasable) = (image, true);
        var history = new List<OciHistory>();
        for (var index = 0; index < steps.Count; index++)
        {
            var step = steps[index];
            var before = current;
            current = await ApplyAsync(before, step, index, cancellationToken).ConfigureAwait(false);
            isRebasable &= current.Label(AppLabels.Rebasable) is { } label && TrueWords.Contains(label);
            history.AddRange(HistoryOf(before, current, step));
            if (IsRoot(UserOf(current).User) && !IsRoot(UserOf(before).User) && (index < steps.Count - 1 || !step.IsForRun))
            {
                site.Logger.LogWarning("The image extension {Extension} changed the user of the {Kind} image to root; it must not be the final user.", step.Extension, step.KindName);
            }
        }

        if (steps is not [.., { IsForRun: true } last])
        {
            return new ExtendedImage(current, history);
        }

        var (user, original) = (UserOf(current).User, UserOf(image).User);
        if (IsRoot(user))
        {
            throw ExtensionErrors.RootUser(site.Image, last.Extension);
        }

        if (user != original)
        {
            site.Logger.LogWarning("The user of the run image was {Original}, and image extensions left it as {User}.", original, user);
        }

        return new ExtendedImage(current with { Config = ConfigOf(image, current, isRebasable) }, history);
    }

    /// <summary>
    /// The config of the run image with what a Dockerfile may change. An engine notes more in the config of an image that it builds, such as its version and the
    /// image it began with, which are not the app image's.
    /// </summary>
    private static OciImageConfig ConfigOf(ImageDetail image, ImageDetail extended, bool isRebasable)
    {
        var (original, changed) = (image.Config.Config ?? new OciContainerConfig(), extended.Config.Config ?? new OciContainerConfig());
        var labels = (changed.Labels ?? new Dictionary<string, string>()).Where(label => label.Key != BuildahLabel || original.Labels?.ContainsKey(label.Key) == true)
            .ToDictionary(StringComparer.Ordinal);
        labels[AppLabels.Rebasable] = isRebasable ? "true" : "false";
        return image.Config with
        {
            Config = original with { Env = changed.Env, User = changed.User, WorkingDir = changed.WorkingDir, Labels = labels },
            Rootfs = extended.Config.Rootfs,
        };
    }

    private async Task<ImageDetail> ApplyAsync(ImageDetail image, ExtensionStep step, int index, CancellationToken cancellationToken)
    {
        var id = image.LabelReference;
        var text = step.Dockerfile.On(id);
        var arguments = ArgumentsOf(image, step);
        var key = step.KeyFor(id, text, arguments);
        var hint = $"{site.HintKey}\n{step.KindName}\n{index}";
        var known = site.Made.Find(hint)?.Split(' ') is [var knownKey, var knownId] ? (Key: knownKey, Id: knownId) : default;
        if (key is not null && known.Key == key && await FindAsync(known.Id, cancellationToken).ConfigureAwait(false) is { } made)
        {
            site.Logger.LogDebug("The {Kind} image is extended as it was before: {Image}.", step.KindName, known.Id);
            return made;
        }

        if (step.Dockerfile.Declares("build_id"))
        {
            arguments["build_id"] = Guid.NewGuid().ToString();
        }

        var newId = await BuildAsync(step, text, arguments, cancellationToken).ConfigureAwait(false);
        var extended = await FindAsync(newId, cancellationToken).ConfigureAwait(false)
            ?? throw ExtensionErrors.Unreadable(site.Image, $"the engine does not have the image {newId} that it built");
        if (extended.Id != image.Id)
        {
            site.Made.Store(hint, $"{key ?? "-"} {extended.Id}");
        }

        if (known.Id is { } old && old != extended.Id && old != image.Id)
        {
            await RemoveAsync(old, cancellationToken).ConfigureAwait(false);
        }

        return extended;
    }

    private async Task<string> BuildAsync(ExtensionStep step, string text, Dictionary<string, string> arguments, CancellationToken cancellationToken)
    {
        var build = new ImageBuild
        {
            Target = $"{step.KindName} image",
            Dockerfile = text,
            Arguments = arguments,
            WriteContext = step.WriteContext,
            Network = site.Network,
        };
        try
        {
            return await site.Engine.Builds!.BuildAsync(build, site.Output, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.Kind is PackErrorKind.Failed or PackErrorKind.NotFound or PackErrorKind.InvalidInput or PackErrorKind.Unsupported)
        {
            throw ExtensionErrors.Failed(site.Image, step, site.LastLines(), failure);
        }
    }

    private async Task<ImageDetail?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await site.Engine.Images.InspectAsync([id], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(id);

    /// <summary>Removes what an earlier build of the image made, unless somebody has named it since. Its layers stay as long as an image has them.</summary>
    private async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { Tags.Count: 0 })
            {
                await site.Engine.Images.RemoveAsync(id, force: false, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PackException failure)
        {
            site.Logger.LogDebug("The image {Image} of an earlier build is still in use: {Reason}", id, failure.Message);
        }
    }

    /// <summary>The arguments that the Dockerfile declares, except the one that is another one each time.</summary>
    private static Dictionary<string, string> ArgumentsOf(ImageDetail image, ExtensionStep step)
    {
        var (user, group) = UserOf(image);
        var all = new Dictionary<string, string>(step.Arguments, StringComparer.Ordinal)
        {
            [Dockerfile.BaseImageArgument] = image.LabelReference,
            ["user_id"] = user,
            ["group_id"] = group,
        };
        all.Remove("build_id");
        return all.Where(argument => step.Dockerfile.Declares(argument.Key)).ToDictionary(StringComparer.Ordinal);
    }

    private static (string User, string Group) UserOf(ImageDetail image)
    {
        var parts = (image.Config.Config?.User ?? "").Split(':');
        return parts.Length < 2 ? (image.Config.Config?.User ?? "", "") : (parts[0], parts[1]);
    }

    private static bool IsRoot(string user) => user is "0" or "root";

    /// <summary>The words of the reference lifecycle. Where layers and instructions do not match, the Dockerfile's name stands for its instructions.</summary>
    private static IEnumerable<OciHistory> HistoryOf(ImageDetail before, ImageDetail after, ExtensionStep step)
    {
        var added = after.Config.Rootfs.DiffIds.Count - before.Config.Rootfs.DiffIds.Count;
        var steps = step.Dockerfile.LayerSteps;
        return Enumerable.Range(0, Math.Max(added, 0))
            .Select(index => new OciHistory { CreatedBy = $"Layer: '{(steps.Count == added ? steps[index] : step.FileName)}', Created by extension: {step.Extension}" });
    }
}
