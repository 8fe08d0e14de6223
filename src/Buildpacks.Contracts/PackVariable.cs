using System.Security;

namespace Buildpacks;

/// <summary>
/// A variable of build-time environment: with a value, with a secret, or with neither, and then it takes the value that the caller's
/// own environment has. Printing it shows no secret.
/// </summary>
public sealed class PackVariable
{
    /// <summary>Makes a variable that is no secret.</summary>
    /// <param name="entry"><c>NAME=value</c>, or <c>NAME</c> for the caller's own value.</param>
    public PackVariable(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var end = entry.IndexOf('=', StringComparison.Ordinal);
        (Name, Value) = end < 0 ? (entry, null) : (entry[..end], entry[(end + 1)..]);
    }

    /// <summary>Makes a variable with a secret.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="secret">Its value.</param>
    public PackVariable(string name, SecureString secret) => (Name, Secret) = (name, secret);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its value, when that is no secret.</summary>
    public string? Value { get; }

    /// <summary>Its value, when that is a secret.</summary>
    public SecureString? Secret { get; }

    /// <summary>Makes a variable that is no secret.</summary>
    /// <param name="entry"><c>NAME=value</c>, or <c>NAME</c> for the caller's own value.</param>
    public static implicit operator PackVariable(string entry) => FromString(entry);

    /// <summary>Makes a variable that is no secret.</summary>
    /// <param name="entry"><c>NAME=value</c>, or <c>NAME</c> for the caller's own value.</param>
    public static PackVariable FromString(string entry) => new(entry);

    /// <inheritdoc/>
    public override string ToString() => (Secret, Value) switch
    {
        ({ }, _) => Name + "=***",
        (_, { } value) => $"{Name}={value}",
        _ => Name,
    };
}
