using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the addresses of docker's contexts and the names of podman's connections, for the engine that was typed or for both.</summary>
public sealed class EngineEndpointCompleter : PackCompleter
{
    /// <summary>A context is found by its name, although its address is what is typed.</summary>
    private protected override bool FindsByHint => true;

    /// <inheritdoc/>
    private protected override bool TakesFiles => true;

    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters)
    {
        var engine = CompletionAnswers.EngineOf(parameters, parameterName switch
        {
            nameof(CopyPackImageCommand.FromEndpoint) => nameof(CopyPackImageCommand.From),
            nameof(CopyPackImageCommand.ToEndpoint) => nameof(CopyPackImageCommand.To),
            _ => nameof(EngineCmdlet.Engine),
        });
        return CompletionAnswers.Connections()
            .Where(connection => engine is null || connection.Engine == engine)
            .Select(connection => connection.Engine == PackEngineKind.Docker
                ? (connection.Address, $"docker context {connection.Name}")
                : (connection.Name, $"podman connection to {connection.Address}"));
    }
}

/// <summary>Offers podman's connections.</summary>
public sealed class ConnectionCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) =>
        CompletionAnswers.Connections()
            .Where(connection => connection.Engine == PackEngineKind.Podman)
            .Select(connection => (connection.Name, connection.Address));
}
