using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers podman's connections.</summary>
public sealed class ConnectionCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) =>
        CompletionAnswers.Connections()
            .Where(connection => connection.Engine == PackEngineKind.Podman)
            .Select(connection => (connection.Name, connection.Address));
}
