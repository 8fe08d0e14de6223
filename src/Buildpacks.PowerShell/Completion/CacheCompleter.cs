using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers the forms of a cache; what is last in each is still to be typed.</summary>
public sealed class CacheCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) =>
    [
        ("type=build;format=volume;name=", "a volume of the engine"),
        ("type=build;format=bind;source=", "a folder of the engine's machine"),
        ("type=build;format=image;name=", "an image in a registry, with -Publish"),
        ("type=launch;format=volume;name=", "a volume of the engine, for the export route Daemon"),
        ("type=launch;format=bind;source=", "a folder of the engine's machine, for the export route Daemon"),
    ];
}
