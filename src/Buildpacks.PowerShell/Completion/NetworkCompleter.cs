using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the engine's networks, and the two that every engine has.</summary>
public sealed class NetworkCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) =>
        CompletionAnswers.OfEngine(parameters, (engine, cancellationToken) => engine.Networks.ListAsync(cancellationToken))
            .Select(network => (network.Name, $"{network.Name} ({network.Driver})"))
            .Prepend(("none", "none: no network at all"))
            .Prepend(("host", "host: the network of the engine's machine"));
}
