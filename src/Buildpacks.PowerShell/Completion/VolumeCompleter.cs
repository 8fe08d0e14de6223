using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the engine's volumes, with the colon after which the target is typed.</summary>
public sealed class VolumeCompleter : PackCompleter
{
    /// <inheritdoc/>
    private protected override bool TakesFiles => true;

    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) =>
        CompletionAnswers.OfEngine(parameters, (engine, cancellationToken) => engine.Volumes.ListAsync(cancellationToken))
            .Select(volume => (volume.Name + ":", volume.Name));
}
