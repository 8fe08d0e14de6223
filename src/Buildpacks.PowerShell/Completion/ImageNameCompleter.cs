using System.Collections;
using Buildpacks.Stores;

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
            .Select(Plain);
    }

    /// <inheritdoc/>
    private protected override (string Value, string Hint) Spell((string Value, string Hint) offer, string typed)
    {
        var spellings = ImageSpellings.Unmistakable(offer.Value);
        return Plain(
            spellings.FirstOrDefault(spelling => spelling.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            ?? spellings.FirstOrDefault(spelling => spelling.Contains(typed, StringComparison.OrdinalIgnoreCase))
            ?? spellings[0]);
    }

    /// <summary>Whether an image is one of those that fit the parameter.</summary>
    /// <param name="image">The image.</param>
    protected virtual bool Offers(PackImage image) => image is { IsApp: true };
}

/// <summary>Offers the names of builders.</summary>
public sealed class BuilderNameCompleter : ImageNameCompleter
{
    /// <inheritdoc/>
    protected override bool Offers(PackImage image) => image is { IsBuilder: true };
}

/// <summary>Offers the names of images, whatever they are, but those that buildpacks built and builders.</summary>
public sealed class BaseImageCompleter : ImageNameCompleter
{
    /// <inheritdoc/>
    protected override bool Offers(PackImage image) => image is { IsApp: false, IsBuilder: false };
}
