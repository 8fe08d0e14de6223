using System.Text.Json;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;

namespace Buildpacks.Builders;

/// <summary>Checks that a buildpack works with a lifecycle and a build image, before a build finds out.</summary>
/// <param name="lifecycle">The lifecycle.</param>
/// <param name="buildImage">The build image.</param>
internal sealed class ModuleCompatibility(LifecycleDescriptor lifecycle, ImageDetail buildImage)
{
    /// <summary>Checks a buildpack.</summary>
    /// <param name="module">The buildpack.</param>
    /// <exception cref="PackException"><c>BuildpackApiIncompatible</c>, <c>BuildpackStackIncompatible</c> or <c>BuildpackTargetIncompatible</c>.</exception>
    public void Check(BuildpackDescriptor module)
    {
        CheckApi(module);
        CheckPlatform(module);
    }

    /// <summary>Checks that the lifecycle supports the API of a buildpack.</summary>
    /// <param name="module">The buildpack.</param>
    /// <exception cref="PackException"><c>BuildpackApiIncompatible</c>.</exception>
    public void CheckApi(BuildpackDescriptor module)
    {
        if (!lifecycle.AllBuildpackApis().Contains(module.Api))
        {
            throw new PackException(
                PackErrorIds.BuildpackApiIncompatible, PackErrorKind.Unsupported,
                $"{module.FullName} needs buildpack API {module.Api}; the lifecycle {lifecycle.Version} supports {string.Join(", ", lifecycle.AllBuildpackApis())}.")
            {
                Target = module.FullName,
                RecommendedAction = "Use another version of the buildpack or of the lifecycle.",
            };
        }
    }

    /// <summary>Checks that a buildpack runs on the build image: by its targets, or by its stacks if it names none.</summary>
    /// <param name="module">The buildpack.</param>
    /// <exception cref="PackException"><c>BuildpackStackIncompatible</c> or <c>BuildpackTargetIncompatible</c>.</exception>
    public void CheckPlatform(BuildpackDescriptor module)
    {
        if (module.IsComposite)
        {
            return;
        }

        if (module.Targets.Count > 0)
        {
            CheckTargets(module);
        }
        else if (module.Stacks.Count > 0)
        {
            CheckStacks(module);
        }
    }

    /// <summary>Whether the lifecycle is going to stop speaking a buildpack's API.</summary>
    public bool IsDeprecated(BuildpackDescriptor module) => lifecycle.Apis.Buildpack.Deprecated.Contains(module.Api);

    private void CheckTargets(BuildpackDescriptor module)
    {
        if (!ImageTargets.Fit(module.Targets, buildImage))
        {
            throw new PackException(
                PackErrorIds.BuildpackTargetIncompatible, PackErrorKind.Unsupported,
                $"{module.FullName} runs on {ImageTargets.Describe(module.Targets)}; the build image is {ImageTargets.Describe(buildImage)}.")
            {
                Target = module.FullName,
                RecommendedAction = "Use another version of the buildpack, or a build image for one of its targets.",
            };
        }
    }

    private void CheckStacks(BuildpackDescriptor module)
    {
        var id = buildImage.Label(BuilderLabels.StackId);
        if (module.Stacks.FirstOrDefault(stack => stack.Id == "*" || stack.Id == id) is not { } stack)
        {
            throw StackIncompatible(module, $"runs on {string.Join(", ", module.Stacks.Select(s => s.Id))}; the build image has {(id is null ? "no stack" : "the stack " + id)}");
        }

        var offered = Mixins();
        if (stack.Mixins?.FirstOrDefault(mixin => !mixin.StartsWith("run:", StringComparison.Ordinal) && !offered.Contains(mixin)) is { } missing)
        {
            throw StackIncompatible(module, $"needs the mixin '{missing}', which the build image does not have");
        }
    }

    private IReadOnlyList<string> Mixins()
    {
        try
        {
            return buildImage.Label(BuilderLabels.StackMixins) is { Length: > 0 } json
                ? JsonSerializer.Deserialize(json, BuilderJson.Default.Mixins) ?? []
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static PackException StackIncompatible(BuildpackDescriptor module, string problem) =>
        new(PackErrorIds.BuildpackStackIncompatible, PackErrorKind.Unsupported, $"{module.FullName} {problem}.")
        {
            Target = module.FullName,
            RecommendedAction = "Use another version of the buildpack, or a build image of a stack that it supports.",
        };
}
