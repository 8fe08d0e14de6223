using System.Collections;
using Buildpacks.Images;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the names of images that buildpacks built.</summary>
public class ImageNameCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var all = parameters.Contains("All");
        return CompletionAnswers.Images(parameters)
            .Where(image => all || Offers(image))
            .SelectMany(image => image.Tags)
            .Select(tag => Plain(ImageSpellings.Shortest(tag)));
    }

    /// <summary>Whether an image is one of those that fit the parameter.</summary>
    /// <param name="image">The image.</param>
    protected virtual bool Offers(PackImage image) => image is { IsApp: true };
}
