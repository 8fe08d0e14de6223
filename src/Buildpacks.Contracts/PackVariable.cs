using System.Security;

namespace Buildpacks;

/// <summary>
/// A build-time environment variable: with a value, with a secret value, or without a value. Without a value, it gets the value in the
/// caller's environment. Its string form does not contain the secret.
/// </summary>
public sealed class PackVariable
{
    /// <summary>Creates a variable that is not a secret.</summary>
    /// <param name="entry"><c>NAME=value</c>, or <c>NAME</c> for the value in the caller's environment.</param>
    public PackVariable(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var end = entry.IndexOf('=', StringComparison.Ordinal);
        (Name, Value) = end < 0 ? (entry, null) : (entry[..end], entry[(end + 1)..]);
    }

    /// <summary>Creates a variable with a secret value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="secret">Its value.</param>
    public PackVariable(string name, SecureString secret) => (Name, Secret) = (name, secret);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The value, when it is not a secret.</summary>
    public string? Value { get; }

    /// <summary>The value, when it is a secret.</summary>
    public SecureString? Secret { get; }

    /// <summary>Creates a variable that is not a secret.</summary>
    /// <param name="entry"><c>NAME=value</c>, or <c>NAME</c> for the value in the caller's environment.</param>
    public static implicit operator PackVariable(string entry) => FromString(entry);

    /// <summary>Creates a variable that is not a secret.</summary>
    /// <param name="entry"><c>NAME=value</c>, or <c>NAME</c> for the value in the caller's environment.</param>
    public static PackVariable FromString(string entry) => new(entry);

    /// <inheritdoc/>
    public override string ToString() => (Secret, Value) switch
    {
        ({ }, _) => Name + "=***",
        (_, { } value) => $"{Name}={value}",
        _ => Name,
    };
}
