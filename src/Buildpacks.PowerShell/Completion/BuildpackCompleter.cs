using System.Collections;
using Buildpacks.Stores;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the buildpacks, or for -Extension the image extensions, of the builder that was typed; without one, those of every builder. Files are offered too.</summary>
public sealed class BuildpackCompleter : PackCompleter
{
    /// <inheritdoc/>
    private protected override bool OffersFiles => true;

    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var builder = parameters["Builder"]?.ToString();
        var buildpacks = CompletionAnswers.Images(parameters)
            .Where(image => image.IsBuilder && (builder is null || image.Tags.SelectMany(ImageSpellings.Of).Contains(builder)))
            .SelectMany(image => parameterName == nameof(InvokePackBuildCommand.Extension) ? image.Extensions : image.Buildpacks)
            .Distinct()
            .GroupBy(buildpack => buildpack.Id)
            .SelectMany(Offers);
        return parameterName == nameof(InvokePackBuildCommand.Buildpack)
            ? buildpacks.Append(("from=builder", "all buildpacks of the builder, in its order"))
            : buildpacks;
    }

    /// <summary>A version is typed only where there are several.</summary>
    private static IEnumerable<(string Value, string Hint)> Offers(IEnumerable<PackBuildpack> versions) =>
        versions.ToList() is [var only] ? [(only.Id, only.ToString())] : versions.Select(version => Plain(version.ToString()));
}
