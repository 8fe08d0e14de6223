using System.Text;
using Buildpacks.Builds.Secrets;
using Buildpacks.Files;

namespace Buildpacks.Builds.Inputs;

/// <summary>Reads build-time environment from parameters and files.</summary>
/// <param name="getVariable">The caller's own environment, for entries without a value.</param>
internal sealed class BuildEnvironment(Func<string, string?> getVariable)
{
    private const int MaximumName = 255;

    private readonly List<string> _unset = [];

    /// <summary>Variables that were to be passed on by their names alone, and that the caller does not have.</summary>
    public IReadOnlyList<string> Unset => _unset;

    /// <summary>Reads all entries; later files win over earlier ones, parameters over files.</summary>
    /// <param name="entries">The parameters.</param>
    /// <param name="files">Files with an entry a line.</param>
    /// <exception cref="PackException"><c>EnvInvalid</c>, <c>EnvFileNotFound</c> or <c>EnvFileInvalid</c>.</exception>
    public IReadOnlyDictionary<string, string> Read(IEnumerable<PackVariable> entries, IEnumerable<string> files)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            ReadFile(file, variables);
        }

        foreach (var entry in entries)
        {
            if (Add(entry, variables) is { } problem)
            {
                throw new PackException("EnvInvalid", PackErrorKind.InvalidInput, $"The environment entry for '{entry.Name}' is not valid: {problem}.")
                {
                    RecommendedAction = "Write entries as NAME=value, or NAME to take the value from your own environment.",
                };
            }
        }

        return variables;
    }

    private void ReadFile(string path, SortedDictionary<string, string> variables)
    {
        var number = 0;
        foreach (var line in Lines(path).Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            // Values may be secrets: a message names the line, and never quotes it.
            if (Add(line, variables) is { } problem)
            {
                throw new PackException("EnvFileInvalid", PackErrorKind.InvalidInput, $"Line {number} of '{path}' is not valid: {problem}.")
                {
                    Target = path,
                    RecommendedAction = "Write lines as NAME=value, or NAME to take the value from your own environment.",
                };
            }
        }
    }

    private static List<string> Lines(string path)
    {
        try
        {
            var lines = new List<string>();
            using var reader = new StringReader(SmallFile.ReadText(path));
            while (reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }

            return lines;
        }
        catch (InvalidDataException exception)
        {
            throw new PackException("EnvFileInvalid", PackErrorKind.InvalidInput, $"'{path}' is larger than 1 MB; that is no file of environment variables.", exception) { Target = path };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var missing = exception is FileNotFoundException or DirectoryNotFoundException;
            throw new PackException(
                missing ? "EnvFileNotFound" : "EnvFileInvalid", missing ? PackErrorKind.NotFound : PackErrorKind.Failed,
                missing ? $"There is no environment file '{path}'." : $"The environment file '{path}' cannot be read: {exception.Message}", exception)
            {
                Target = path,
                RecommendedAction = "Name an existing file with -EnvFile.",
            };
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> when nothing is.</returns>
    private string? Add(PackVariable entry, SortedDictionary<string, string> variables)
    {
        var name = entry.Name;
        if (name.Length == 0)
        {
            return "it has no name";
        }

        // Each variable becomes a file of that name.
        if (name.Contains('/', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) || name is "." or "..")
        {
            return "a name must not contain '/'";
        }

        if (Encoding.UTF8.GetByteCount(name) > MaximumName)
        {
            return $"a name must not be longer than {MaximumName} bytes";
        }

        if ((entry.Secret is { } secret ? SecretMask.Reveal(secret) : entry.Value ?? getVariable(name)) is { } value)
        {
            variables[name] = value;
        }
        else
        {
            // What the caller does not have is not set: an empty value would be another thing.
            variables.Remove(name);
            _unset.Add(name);
        }

        return null;
    }
}
