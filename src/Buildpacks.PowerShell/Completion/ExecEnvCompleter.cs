using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the execution environments that the buildpack specification names.</summary>
public sealed class ExecEnvCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) =>
    [
        ("production", "an image that runs the app"),
        ("test", "an image that runs the app's tests"),
    ];
}
