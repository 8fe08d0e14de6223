using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builders;

/// <summary>The images of the engine's store that a builder is made for and from.</summary>
/// <param name="BuildImage">The image the builder extends.</param>
/// <param name="User">The user that builds.</param>
/// <param name="Named">The images that have the builder's names now.</param>
internal sealed record BaseImages(ImageDetail BuildImage, CnbUser User, IReadOnlyDictionary<string, ImageDetail> Named)
{
    /// <summary>Finds the images, in one call.</summary>
    /// <exception cref="PackException"><c>BuildImageNotFound</c>, <c>BuildImageInvalid</c>, <c>BuilderTargetIncompatible</c> or <c>StackMismatch</c>.</exception>
    public static async Task<BaseImages> FindAsync(
        IEngine engine, ILogger logger, BuilderDescriptor descriptor, IReadOnlyList<string> builderNames, CancellationToken cancellationToken)
    {
        var runImages = descriptor.RunImages.SelectMany(runImage => (IEnumerable<string>)[runImage.Image, .. runImage.Mirrors]).ToList();
        var found = await engine.Images.InspectAsync(
            [.. builderNames.Append(descriptor.BuildImage).Concat(runImages).Distinct(StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false);
        if (SelectedImage.Find(found, descriptor.BuildImage, engine) is not { } buildImage)
        {
            throw new PackException(
                PackErrorIds.BuildImageNotFound, PackErrorKind.NotFound, $"The build image '{descriptor.BuildImage}' in {descriptor.Path} is not in the store of {engine.Kind}.")
            {
                Target = descriptor.BuildImage,
                RecommendedAction = $"Pull it with '{engine.Kind.ToString().ToLowerInvariant()} pull {descriptor.BuildImage}', or correct 'build.image'.",
            };
        }

        if (!CnbUser.TryRead(buildImage, out var user, out var problem))
        {
            throw new PackException(PackErrorIds.BuildImageInvalid, PackErrorKind.InvalidInput, $"'{descriptor.BuildImage}' is not a valid build image: {problem}.")
            {
                Target = descriptor.BuildImage,
                RecommendedAction = "A build image must set CNB_USER_ID and CNB_GROUP_ID to the build user.",
            };
        }

        if (descriptor.Targets.Count > 0 && !ImageTargets.Fit(descriptor.Targets, buildImage))
        {
            throw new PackException(
                PackErrorIds.BuilderTargetIncompatible, PackErrorKind.InvalidInput,
                $"{descriptor.Path} is for {ImageTargets.Describe(descriptor.Targets)}; the build image '{descriptor.BuildImage}' is {ImageTargets.Describe(buildImage)}.")
            {
                Target = descriptor.BuildImage,
                RecommendedAction = "Use a build image for one of the [[targets]], or correct [[targets]].",
            };
        }

        if (runImages.All(name => !found.ContainsKey(name)))
        {
            logger.LogWarning("The run image '{RunImage}' is not in the store of {Engine}; builds have to pull it.", runImages[0], engine.Kind);
        }

        if (descriptor.StackId is { } stackId)
        {
            CheckStack(stackId, descriptor.BuildImage, buildImage);
            foreach (var name in runImages.Where(found.ContainsKey))
            {
                CheckStack(stackId, name, found[name]);
            }
        }

        return new BaseImages(buildImage, user, builderNames.Distinct(StringComparer.Ordinal).Where(found.ContainsKey).ToDictionary(name => name, name => found[name]));
    }

    private static void CheckStack(string stackId, string name, ImageDetail image)
    {
        if (image.Label(BuilderLabels.StackId) is var actual && actual != stackId)
        {
            throw new PackException(
                PackErrorIds.StackMismatch, PackErrorKind.InvalidInput, $"The builder is for the stack '{stackId}', but '{name}' {(actual is null ? "has none" : $"has '{actual}'")}.")
            {
                Target = name,
                RecommendedAction = "Use build and run images of one stack, and write its id in [stack] of builder.toml.",
            };
        }
    }
}
