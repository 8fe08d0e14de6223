using Buildpacks.IO;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Serialization;
using Tomlyn;

namespace Buildpacks.Configuration.Toml;

/// <summary>
/// A TOML file read by a descriptor's rules: every value is asked for by name and type, so that what is wrong and what nobody
/// asked for can be named with its line.
/// </summary>
internal sealed class TomlDocument
{
    private const string NextStep = "Check the path; it must be the path of the file, such as builder.toml, not of its folder.";

    private readonly TomlMetadataStore _metadata = new();
    private readonly List<TomlProblem> _problems = [];

    private TomlDocument(string source, string text, string errorId)
    {
        Source = source;
        ErrorId = errorId;
        Root = new TomlSection(this, Parse(text), "");
    }

    /// <summary>The file's path, as messages name it.</summary>
    public string Source { get; }

    /// <summary>The id of the failure that a problem becomes.</summary>
    public string ErrorId { get; }

    /// <summary>The top of the file.</summary>
    public TomlSection Root { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="errorId">The id of the failure that a problem becomes.</param>
    /// <exception cref="PackException">The file does not exist, cannot be read, or is no TOML.</exception>
    public static TomlDocument Read(string path, string errorId)
    {
        try
        {
            return new TomlDocument(path, SmallFile.ReadText(path), errorId);
        }
        catch (InvalidDataException exception)
        {
            throw new PackException(errorId, PackErrorKind.InvalidInput, $"{path} is not a valid descriptor: {exception.Message}.", exception)
            {
                Target = path,
                RecommendedAction = $"Correct {Path.GetFileName(path)}: it must be text in UTF-8, of at most 1 MB.",
            };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PackException(
                errorId.Replace("Invalid", "NotFound", StringComparison.Ordinal), PackErrorKind.NotFound, $"{path} does not exist.", exception)
            {
                Target = path,
                RecommendedAction = NextStep,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackException(errorId, PackErrorKind.Failed, $"{path} cannot be read: {exception.Message}", exception)
            {
                Target = path,
                RecommendedAction = NextStep,
            };
        }
    }

    /// <summary>Reads text.</summary>
    /// <param name="source">Where the text is from, as messages name it.</param>
    /// <param name="text">The text.</param>
    /// <param name="errorId">The id of the failure that a problem becomes.</param>
    /// <exception cref="PackException">The text is no TOML.</exception>
    public static TomlDocument FromText(string source, string text, string errorId) => new(source, text, errorId);

    /// <summary>Notes a problem; reading goes on, so that one run shows them all.</summary>
    public void Add(int? line, string message, int? column = null) => _problems.Add(new TomlProblem(line, message, column));

    /// <summary>The keys that nothing asked for, with their lines.</summary>
    public IReadOnlyList<TomlProblem> UnknownKeys()
    {
        var unknown = new List<TomlProblem>();
        Root.CollectUnknown(unknown);
        return unknown;
    }

    /// <summary>Throws when there is a problem.</summary>
    /// <param name="allowUnknownKeys">Whether keys that nothing asked for are let pass.</param>
    public void ThrowIfInvalid(bool allowUnknownKeys)
    {
        if (!allowUnknownKeys)
        {
            _problems.AddRange(UnknownKeys());
        }

        if (_problems.Count > 0)
        {
            throw Failure([.. _problems.OrderBy(problem => problem.Line ?? int.MaxValue)]);
        }
    }

    /// <summary>The line of a key, counted from 1; <see langword="null"/> when it is not known.</summary>
    public int? LineOf(TomlTable table, string key) => PlaceOf(table, key)?.Line;

    /// <summary>The line and the column of a key, counted from 1; <see langword="null"/> when they are not known.</summary>
    public (int Line, int Column)? PlaceOf(TomlTable table, string key) =>
        _metadata.TryGetProperties(table, out var properties) && properties!.TryGetProperty(key, out var property)
            ? (property!.Span.Start.Line + 1, property.Span.Start.Column + 1)
            : null;

    private TomlTable Parse(string text)
    {
        try
        {
            var syntax = SyntaxParser.Parse(text, Source, validate: false);
            if (syntax.HasErrors)
            {
                throw Failure([.. syntax.Diagnostics.Take(10).Select(d => new TomlProblem(d.Span.Start.Line + 1, OneLine(d.Message), d.Span.Start.Column + 1) { IsSyntax = true })]);
            }

            if (TomlDuplicates.Find(syntax) is { Count: > 0 } duplicates)
            {
                throw Failure(duplicates);
            }

            return TomlSerializer.Deserialize<TomlTable>(text, new TomlSerializerOptions { MetadataStore = _metadata }) ?? [];
        }
        catch (TomlException exception)
        {
            var message = exception.Diagnostics.Count > 0 ? exception.Diagnostics[0].Message : exception.Message;
            throw Failure([new TomlProblem(exception.Line, OneLine(message), exception.Column) { IsSyntax = true }], exception);
        }
        catch (ArgumentException exception)
        {
            // What the parser says to a character that is none.
            throw Failure([new TomlProblem(null, OneLine(exception.Message))], exception);
        }
    }

    private PackException Failure(IReadOnlyList<TomlProblem> problems, Exception? cause = null)
    {
        var lines = problems.Take(20).Select(problem => problem switch
        {
            { Line: { } line, Column: { } column, IsSyntax: true } => $"line {line}, column {column}: {problem.Message}",
            { Line: { } line } => $"line {line}: {problem.Message}",
            _ => problem.Message,
        });
        return new PackException(ErrorId, PackErrorKind.InvalidInput, $"{Source}: {string.Join("; ", lines)}", cause)
        {
            Target = Source,
            RecommendedAction = $"Correct {Path.GetFileName(Source)} and try again.",
            Problems = [.. problems.Select(problem => new PackFileProblem(Source, problem.Line, problem.Column, problem.Message))],
        };
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}

/// <summary>Something that is wrong in a TOML file.</summary>
/// <param name="Line">The line, counted from 1; <see langword="null"/> when it is about no line in particular.</param>
/// <param name="Message">What is wrong, naming the key.</param>
/// <param name="Column">The column, counted from 1.</param>
internal sealed record TomlProblem(int? Line, string Message, int? Column = null)
{
    /// <summary>Whether the text is no TOML there: then the message of the failure names the column.</summary>
    public bool IsSyntax { get; init; }
}
