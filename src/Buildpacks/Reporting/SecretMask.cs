using System.Net;
using System.Security;

namespace Buildpacks.Reporting;

/// <summary>Hides a build's secrets in all that it says: each line of a secret by itself, for that is how it would be printed.</summary>
internal sealed class SecretMask
{
    /// <summary>What stands in a secret's place.</summary>
    private const string Mask = "***";

    /// <summary>What is shorter turns up in any output by chance: hiding it would tell more than it hides.</summary>
    private const int ShortestHidden = 4;

    private const StringSplitOptions LineOptions = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    private readonly IReadOnlyList<string> _secrets;

    private SecretMask(IReadOnlyList<string> secrets, IReadOnlyList<string> unhidden) => (_secrets, Unhidden) = (secrets, unhidden);

    /// <summary>A mask of nothing.</summary>
    public static SecretMask None { get; } = new([], []);

    /// <summary>The variables whose secret is too short to be hidden.</summary>
    public IReadOnlyList<string> Unhidden { get; }

    /// <summary>A mask of the secrets among some variables.</summary>
    public static SecretMask Of(IEnumerable<PackVariable> variables)
    {
        var secrets = variables.Where(variable => variable.Secret is not null)
            .Select(variable => (variable.Name, Lines: Reveal(variable.Secret!).Split('\n', LineOptions)))
            .Where(secret => secret.Lines.Length > 0)
            .ToList();
        return new SecretMask(
            [
                .. secrets.SelectMany(secret => secret.Lines).Where(line => line.Length >= ShortestHidden)
                    .Distinct(StringComparer.Ordinal).OrderByDescending(line => line.Length),
            ],
            [.. secrets.Where(secret => !secret.Lines.Any(line => line.Length >= ShortestHidden)).Select(secret => secret.Name)]);
    }

    /// <summary>A secret as plain text.</summary>
    public static string Reveal(SecureString secret) => new NetworkCredential("", secret).Password;

    /// <summary>The text without the secrets.</summary>
    public string Hide(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, Mask, StringComparison.Ordinal));

    /// <summary>Whether a failure, or what caused it, tells a secret.</summary>
    public bool Finds(Exception failure)
    {
        var text = failure.ToString();
        return _secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal));
    }

    /// <summary>What is shown of a failure: a failure of this module as it is, unless it tells a secret.</summary>
    public PackException Shown(Exception failure) =>
        failure is not PackException expected ? HideUnexpected(failure)
        : Finds(expected) ? Hide(expected)
        : expected;

    /// <summary>The failure without the secrets, and without its cause, which may tell them.</summary>
    private PackException Hide(PackException failure) => new(failure.ErrorId, failure.Kind, Hide(failure.Message))
    {
        RecommendedAction = failure.RecommendedAction is { } action ? Hide(action) : null,
        Phase = failure.Phase,
        ExitCode = failure.ExitCode,
        Status = failure.Status,
        Output = [.. failure.Output.Select(Hide)],
        BuildpackId = failure.BuildpackId,
        BuildpackVersion = failure.BuildpackVersion,
        BuildpackExitCode = failure.BuildpackExitCode,
        BuildpackOutput = failure.BuildpackOutput is { } output ? Hide(output) : null,
        Target = failure.Target is { } target ? Hide(target) : null,
    };

    /// <summary>A failure that nobody expected without the secrets: its cause is the text of it, which says where it happened.</summary>
    private PackException HideUnexpected(Exception failure) =>
        new(PackErrorIds.UnexpectedFailure, PackErrorKind.Failed, Hide(failure.Message), new InvalidOperationException(Hide(failure.ToString())));

    /// <summary>How much of a text may be given out while more of it is to come: no secret is cut in two, where it could not be found.</summary>
    public int SafeLength(string text)
    {
        var length = text.Length;
        for (var before = length + 1; length < before;)
        {
            before = length;
            foreach (var secret in _secrets)
            {
                var start = Enumerable.Range(Math.Max(0, length - secret.Length + 1), Math.Min(length, secret.Length - 1))
                    .FirstOrDefault(at => string.CompareOrdinal(text, at, secret, 0, Math.Min(secret.Length, text.Length - at)) == 0, length);
                length = start;
            }
        }

        return length;
    }
}

/// <summary>Passes messages and progress on without the secrets. Output is hidden where its lines are made.</summary>
/// <param name="next">Gets everything.</param>
/// <param name="mask">Hides the secrets.</param>
internal sealed class SecretSink(IPackSink next, SecretMask mask) : IPackSink
{
    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message) => next.Log(level, category, mask.Hide(message));

    /// <inheritdoc/>
    public void Progress(PackProgress progress) => next.Progress(progress with { Status = mask.Hide(progress.Status) });

    /// <inheritdoc/>
    public void Output(PackOutputLine line) => next.Output(line);
}
