using System.Diagnostics.CodeAnalysis;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images;

/// <summary>
/// Reads image names as the reference lifecycle does. Its releases disagree about <c>localhost/app</c>: up to 0.21.14 the first
/// part of a name is a registry only when it contains a dot or a colon, so <c>localhost/app</c> is a repository of docker.io;
/// later releases take <c>localhost</c> for a registry. Tests choose a reading with <see cref="Variable"/>.
/// </summary>
/// <param name="localhostIsRegistry">Whether <c>localhost</c> is a registry.</param>
internal sealed class ImageNameParser(bool localhostIsRegistry)
{
    /// <summary>The variable that chooses the reading: <c>registry</c> or <c>repository</c>.</summary>
    public const string Variable = "BUILDPACKS_LIFECYCLE_LOCALHOST";

    private const string Registry = "registry";
    private const string Repository = "repository";

    /// <summary>The reading without the variable.</summary>
    private const string DefaultReading = Repository;

    private const string Localhost = "localhost";

    /// <summary>The parser that the environment asks for.</summary>
    /// <exception cref="LifecycleException">The variable has another value: exit code 3.</exception>
    public static ImageNameParser From(IReadOnlyDictionary<string, string> environment)
    {
        var reading = environment.GetValueOrDefault(Variable, "");
        return (reading.Length == 0 ? DefaultReading : reading) switch
        {
            Registry => new ImageNameParser(localhostIsRegistry: true),
            Repository => new ImageNameParser(localhostIsRegistry: false),
            var other => throw new LifecycleException(
                ExitCodes.InvalidArguments, $"failed to parse arguments: {Variable} is '{other}', but must be {Registry} or {Repository}"),
        };
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is not an image name; the message says why.</exception>
    public ImageReference Parse(string name) => ImageReference.Parse(Expand(name));

    /// <summary>Reads a name, or says why it is not one.</summary>
    public bool TryParse(string name, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? problem)
    {
        var expanded = Expand(name);
        if (ImageReference.TryParse(expanded, out reference, out problem))
        {
            return true;
        }

        problem = problem.Replace($"'{expanded}'", $"'{name}'", StringComparison.Ordinal);
        return false;
    }

    // Writes out docker.io where the shared parser would take the first part for a registry and this reading does not.
    private string Expand(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0 || IsRegistry(name[..slash]) ? name : $"{ImageReference.DefaultRegistry}/{name}";
    }

    private bool IsRegistry(string part) =>
        part.Contains('.', StringComparison.Ordinal) || part.Contains(':', StringComparison.Ordinal) || (localhostIsRegistry && part == Localhost);
}
