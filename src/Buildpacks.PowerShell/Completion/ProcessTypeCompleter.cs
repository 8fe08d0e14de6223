using System.Collections;
using Buildpacks.Stores;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the process types of the image that has the name which was typed: a rebuild is likely to have the same.</summary>
public sealed class ProcessTypeCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters["ImageName"]?.ToString() is { Length: > 0 } name
            ? CompletionAnswers.Images(parameters)
                .Where(image => image.Tags.SelectMany(ImageSpellings.Of).Contains(name))
                .SelectMany(image => image.Processes)
                .Select(process => (process.Type, string.Join(' ', process.Command.Concat(process.Args)) is { Length: > 0 } command ? command : process.Type))
            : [];
    }
}
