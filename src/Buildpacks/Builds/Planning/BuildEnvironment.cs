using System.Text;
using System.Text.RegularExpressions;
using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Reporting;

namespace Buildpacks.Builds.Planning;

/// <summary>Reads build-time environment from parameters and files.</summary>
/// <param name="getVariable">The caller's own environment, for entries without a value.</param>
internal sealed partial class BuildEnvironment(Func<string, string?> getVariable)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<string> _unset = [];
    private readonly Dictionary<string, VariablePlace> _places = new(StringComparer.Ordinal);

    /// <summary>Takes what is wrong with an entry. A build ends with the first.</summary>
    public Action<PackException> Problem { get; init; } = failure => throw failure;

    /// <summary>Where the variables of parameters and files are from.</summary>
    public IReadOnlyDictionary<string, VariablePlace> Places => _places;

    /// <summary>Variables that were to be passed on by their names alone, and that the caller does not have.</summary>
    public IReadOnlyList<string> Unset => _unset;

    /// <summary>Reads all entries; files win over defaults, later files over earlier ones, parameters over files.</summary>
    /// <param name="entries">The parameters.</param>
    /// <param name="files">Files with an entry a line.</param>
    /// <param name="defaults">Variables of the project descriptor.</param>
    /// <exception cref="PackException"><c>EnvInvalid</c>, <c>EnvFileNotFound</c> or <c>EnvFileInvalid</c>.</exception>
    public IReadOnlyDictionary<string, string> Read(
        IEnumerable<PackVariable> entries, IEnumerable<string> files, IReadOnlyDictionary<string, string>? defaults = null)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in defaults ?? new Dictionary<string, string>())
        {
            variables[name] = value;
        }

        foreach (var file in files)
        {
            try
            {
                ReadFile(file, variables);
            }
            catch (PackException failure)
            {
                Problem(failure);
            }
        }

        foreach (var entry in entries)
        {
            if (Add(entry, variables, new VariablePlace(null, null)) is { } problem)
            {
                Problem(new PackException(PackErrorIds.EnvInvalid, PackErrorKind.InvalidInput, $"The environment entry for '{entry.Name}' is not valid: {problem}.")
                {
                    RecommendedAction = "Write entries as NAME=value, or NAME to take the value from your own environment.",
                });
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

            // Values may be secrets: a message names the line, and quotes nothing but what looks like a name.
            if (Add(line, variables, new VariablePlace(path, number)) is { } problem)
            {
                Problem(new PackException(PackErrorIds.EnvFileInvalid, PackErrorKind.InvalidInput, $"Line {number} of '{path}'{NameIn(line)} is not valid: {problem}.")
                {
                    Target = path,
                    RecommendedAction = "Write lines as NAME=value, or NAME to take the value from your own environment.",
                    Problems = [new PackFileProblem(path, number, null, problem)],
                });
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
            throw new PackException(PackErrorIds.EnvFileInvalid, PackErrorKind.InvalidInput, $"'{path}' is not a file of environment variables: {exception.Message}.", exception)
            {
                Target = path,
                RecommendedAction = "Save it as UTF-8, with lines of the form NAME=value.",
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var missing = exception is FileNotFoundException or DirectoryNotFoundException;
            throw new PackException(
                missing ? PackErrorIds.EnvFileNotFound : PackErrorIds.EnvFileInvalid, missing ? PackErrorKind.NotFound : PackErrorKind.Failed,
                missing ? $"The environment file '{path}' does not exist." : $"The environment file '{path}' cannot be read: {exception.Message}", exception)
            {
                Target = path,
                RecommendedAction = "Name an existing file with -EnvFile.",
            };
        }
    }

    /// <summary>Adds an entry.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> when nothing is.</returns>
    private string? Add(PackVariable entry, SortedDictionary<string, string> variables, VariablePlace place)
    {
        var name = entry.Name;
        if (VariableName.ProblemOf(name) is { } problem)
        {
            return problem;
        }

        var own = entry is { Secret: null, Value: null } ? getVariable(name) : null;
        if (own?.Contains('\uFFFD', StringComparison.Ordinal) == true)
        {
            return "its value in your own environment is not valid UTF-8";
        }

        if ((entry.Secret is { } secret ? SecretMask.Reveal(secret) : entry.Value ?? own) is { } value)
        {
            if (ProblemOfValue(value) is { } bad)
            {
                return bad;
            }

            variables[name] = value;
            _places[name] = place with { IsOwn = entry is { Secret: null, Value: null } };
        }
        else
        {
            // What the caller does not have is not set: an empty value would be another thing.
            variables.Remove(name);
            _places.Remove(name);
            _unset.Add(name);
        }

        return null;
    }

    private static string? ProblemOfValue(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            return "its value has a null character";
        }

        try
        {
            Strict.GetByteCount(value);
            return null;
        }
        catch (EncoderFallbackException)
        {
            return "its value has a character that is not valid Unicode";
        }
    }

    /// <summary>The name in a line, for a message; empty when what stands before <c>=</c> may be a part of a value.</summary>
    private static string NameIn(string line) => NamePattern().Match(line) is { Success: true } match ? $", '{match.Groups[1].Value}'," : "";

    [GeneratedRegex(@"^((?:export\s+)?[A-Za-z_][A-Za-z0-9_.-]{0,63}(?: [A-Za-z0-9_.-]{1,63})?)\s*=")]
    private static partial Regex NamePattern();
}

/// <summary>Where a variable is from.</summary>
/// <param name="File">The file; <see langword="null"/> for a parameter.</param>
/// <param name="Line">The line in the file.</param>
internal sealed record VariablePlace(string? File, int? Line)
{
    /// <summary>Whether only the name is there: the value is that of the caller's environment.</summary>
    public bool IsOwn { get; init; }
}
