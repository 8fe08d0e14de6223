using System.Collections;
using System.Management.Automation;

namespace Buildpacks.Commands;

/// <summary>Takes entries of the configuration: a table of names and values, or objects with a property for each part.</summary>
public abstract class EntryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Makes entries of what was typed or piped.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was typed or piped.</param>
    /// <returns>A list of entries.</returns>
    /// <exception cref="ArgumentTransformationMetadataException">It is no entry.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PipedValue.Unwrap(inputData) switch
    {
        null => inputData,
        string text when string.IsNullOrWhiteSpace(text) => Array.CreateInstance(EntryType, 0),
        IEnumerable items when items is not string && !PipedValue.IsTable(inputData) => ToArray(items.Cast<object?>().SelectMany(Read)),
        _ => ToArray(Read(inputData)),
    };

    /// <summary>The type of an entry.</summary>
    private protected abstract Type EntryType { get; }

    /// <summary>The names of the properties of an entry; the first is its name.</summary>
    private protected abstract IReadOnlyList<string> Properties { get; }

    /// <summary>How an entry is written, for messages.</summary>
    private protected abstract string Example { get; }

    /// <summary>Makes entries of a name and its value or values.</summary>
    private protected abstract IEnumerable<object> Make(string name, object? value);

    /// <summary>Makes an entry of its parts.</summary>
    private protected abstract object Make(Func<string, object?> part);

    /// <summary>A value that is one text.</summary>
    private protected string One(object? value) => PipedValue.Unwrap(value) switch
    {
        string { Length: > 0 } text => text,
        IEnumerable and not string => throw Invalid($"'{value}' is a list, and one value is needed"),
        null or "" => throw Invalid("a value is missing"),
        var other => $"{other}",
    };

    /// <summary>A value that is one text or several.</summary>
    private protected IReadOnlyList<string> Several(object? value) =>
        PipedValue.Unwrap(value) is IEnumerable items and not string ? [.. items.Cast<object?>().Select(One)] : [One(value)];

    private IEnumerable<object> Read(object? item)
    {
        var value = PipedValue.Unwrap(item);
        if (value is null || EntryType.IsInstanceOfType(value))
        {
            return value is null ? [] : [value];
        }

        if (!PipedValue.IsTable(value))
        {
            // An object that was serialized and read again has properties, too.
            throw Invalid($"'{value}' is not a table");
        }

        var entries = PipedValue.Entries(value);
        return entries.Any(entry => Properties[0].Equals(entry.Key, StringComparison.OrdinalIgnoreCase))
            && entries.Any(entry => Properties.Skip(1).Contains(entry.Key, StringComparer.OrdinalIgnoreCase))
                ? [Make(name => entries.FirstOrDefault(entry => name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase)).Value)]
                : entries.SelectMany(entry => Make(entry.Key, entry.Value));
    }

    private Array ToArray(IEnumerable<object> entries)
    {
        var list = entries.ToList();
        var array = Array.CreateInstance(EntryType, list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            array.SetValue(list[i], i);
        }

        return array;
    }

    private ArgumentTransformationMetadataException Invalid(string problem) => new($"{problem}. The parameter accepts a table such as {Example}.");
}

/// <summary>Takes mirrors of run images.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RunImageMirrorTransformationAttribute : EntryTransformationAttribute
{
    /// <inheritdoc/>
    private protected override Type EntryType => typeof(PackRunImageMirror);

    /// <inheritdoc/>
    private protected override IReadOnlyList<string> Properties => ["Image", "Mirror"];

    /// <inheritdoc/>
    private protected override string Example => "@{ 'example.com/run' = 'mirror.example.com/run' }";

    /// <inheritdoc/>
    private protected override IEnumerable<object> Make(string name, object? value) => Several(value).Select(mirror => new PackRunImageMirror(name, mirror));

    /// <inheritdoc/>
    private protected override object Make(Func<string, object?> part) => new PackRunImageMirror(One(part("Image")), One(part("Mirror")));
}

/// <summary>Takes mirrors of registries.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RegistryMirrorTransformationAttribute : EntryTransformationAttribute
{
    /// <inheritdoc/>
    private protected override Type EntryType => typeof(PackRegistryMirror);

    /// <inheritdoc/>
    private protected override IReadOnlyList<string> Properties => ["Registry", "Mirror"];

    /// <inheritdoc/>
    private protected override string Example => "@{ 'docker.io' = 'mirror.example.com' }";

    /// <inheritdoc/>
    private protected override IEnumerable<object> Make(string name, object? value) => [new PackRegistryMirror(name, One(value))];

    /// <inheritdoc/>
    private protected override object Make(Func<string, object?> part) => new PackRegistryMirror(One(part("Registry")), One(part("Mirror")));
}

/// <summary>Takes buildpack registries.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BuildpackRegistryTransformationAttribute : EntryTransformationAttribute
{
    /// <summary>The type of a registry that is given by name and address only, as with pack.</summary>
    private const string UsualType = "github";

    /// <inheritdoc/>
    private protected override Type EntryType => typeof(PackBuildpackRegistry);

    /// <inheritdoc/>
    private protected override IReadOnlyList<string> Properties => ["Name", "Url", "Type"];

    /// <inheritdoc/>
    private protected override string Example => "@{ mine = 'https://github.com/me/registry-index' }";

    /// <inheritdoc/>
    private protected override IEnumerable<object> Make(string name, object? value) => [new PackBuildpackRegistry(name, UsualType, One(value))];

    /// <inheritdoc/>
    private protected override object Make(Func<string, object?> part) =>
        new PackBuildpackRegistry(One(part("Name")), part("Type") is { } type && $"{type}".Length > 0 ? One(type) : UsualType, One(part("Url")));
}
