using System.ComponentModel;
using System.Text.RegularExpressions;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Reads what podman says on standard error and turns it into the project's failures.</summary>
internal static partial class PodmanErrors
{
    /// <summary>The exit code of a process that a signal ended is this and the signal's number.</summary>
    public const int FirstSignal = 128;

    private const int NoSuchFile = 2;
    private const int ArgumentsTooLong = 7;
    private const string ErrorMark = "Error: ";

    /// <summary>What podman's words mean, most telling first. The words have been the same, or near enough, since podman 4.0.</summary>
    private static readonly (PackErrorKind Kind, string[] Words)[] Meanings =
    [
        (PackErrorKind.Unreachable,
        [
            "cannot connect to podman", "unable to connect to podman", "failed to connect: ", "cannot connect to the podman",
            "service destination not found", "read cli flags: connection", "query default connection",
        ]),
        (PackErrorKind.NoSpace, ["no space left on device", "disk quota exceeded"]),
        (PackErrorKind.Failed, ["payload does not match any of the supported image formats"]),
        (PackErrorKind.Unauthorized,
        [
            "unauthorized", "authentication required", "invalid username/password", "is not authorized",
            "requested access to the resource is denied", "access denied",
        ]),
        (PackErrorKind.NotFound,
        [
            "image not known", "no such image", "no such object", "no such container", "no container with name or id", "no such volume",
            "no volume with name", "no such network", "unable to find network", "network not found", "manifest unknown", "name unknown",
            "repository name not known", "\" does not exist", "could not be found on container",
            "destination must be a directory when copying from stdin",
        ]),
        (PackErrorKind.Conflict,
        [
            "already in use", "already exists", "being used", "image used by", "image is in use", "container state improper",
            "more than one tag", "cannot be removed without force", "without force", "can only attach to running containers",
            "is running or paused", "has dependent containers", "must be in created or initialized or stopped state",
        ]),
        (PackErrorKind.InvalidInput,
        [
            "invalid option type", "invalid mount option", "invalid option", "invalid reference format", "names must match", "must be lowercase", "normalizing name", "statfs ",
        ]),
        (PackErrorKind.Unreachable,
        [
            "connection refused", "no such host", "i/o timeout", "network is unreachable", "no route to host", "connection reset by peer",
            "tls handshake timeout", "context deadline exceeded",
        ]),
        (PackErrorKind.Unsupported,
        [
            "no image found in", "no matching manifest", "unknown flag", "unknown shorthand flag", "unrecognized command", "unknown command", "not supported", "not implemented",
        ]),
    ];

    /// <summary>The failure of a run.</summary>
    public static PackException Create(PodmanCommand command, int? exitCode, string errors)
    {
        if (WasKilled(exitCode, errors))
        {
            return EngineErrors.Create(
                PackEngineKind.Podman, PackErrorKind.Failed, command.Operation, $"podman was killed by signal {exitCode - FirstSignal}", exitCode, command.Target,
                nextStep: "Try again. If it happens again, check whether the machine runs out of memory, or whether another process kills podman.");
        }

        var words = WordsOf(errors);
        var kind = KindOf(words);
        return EngineErrors.Create(
            PackEngineKind.Podman, kind, command.Operation,
            words.Length > 0 ? words : exitCode is null ? "podman was killed" : $"podman ended with exit code {exitCode} without a message",
            exitCode, command.Target);
    }

    /// <summary>Whether podman itself was ended by a signal: of its own failures it tells.</summary>
    public static bool WasKilled(int? exitCode, string errors) =>
        exitCode > FirstSignal && !LinesOf(errors).Any(line => line.StartsWith(ErrorMark, StringComparison.Ordinal));

    /// <summary>The failure of a podman that could not be started.</summary>
    public static PackException NotStarted(PodmanCommand command, string executable, Win32Exception cause) => cause.NativeErrorCode switch
    {
        ArgumentsTooLong => EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.InvalidInput, command.Operation,
            "a value is too long to be given to a process (128 KiB on Linux)", target: command.Target, innerException: cause),
        NoSuchFile => EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.Unreachable, command.Operation,
            $"there is no '{executable}' on this machine", target: executable, innerException: cause),
        _ => EngineErrors.Create(
            PackEngineKind.Podman, PackErrorKind.Unreachable, command.Operation,
            $"'{executable}' could not be started: {cause.Message}", target: executable, innerException: cause),
    };

    /// <summary>The failure of a podman that hangs.</summary>
    public static PackException NoAnswer(PodmanCommand command, TimeSpan waited, Exception cause) =>
        new(PackErrorIds.PodmanUnreachable, PackErrorKind.Unreachable, $"podman did not answer {command.Operation} within {waited.TotalSeconds:0} seconds", cause)
        {
            Target = command.Target,
            RecommendedAction = "Check whether podman hangs, for example with 'podman info': another podman process may lock its store.",
        };

    /// <summary>What sort of failure podman's words tell of.</summary>
    public static PackErrorKind KindOf(string words)
    {
        foreach (var (kind, phrases) in Meanings)
        {
            if (phrases.Any(phrase => words.Contains(phrase, StringComparison.OrdinalIgnoreCase)))
            {
                return kind;
            }
        }

        return PackErrorKind.Failed;
    }

    /// <summary>The lines that podman wrote, but for its log of warnings and less.</summary>
    public static IReadOnlyList<string> LinesOf(string errors) =>
        [.. errors.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0 && !Chatter().IsMatch(line))];

    /// <summary>Whether podman itself tells of an error, and not only what runs in the container.</summary>
    public static bool IsMarked(string errors) => LinesOf(errors).Any(line => line.StartsWith(ErrorMark, StringComparison.Ordinal));

    /// <summary>podman's final error without its prefix, warnings and progress; all that it said when it marked no error.</summary>
    public static string WordsOf(string errors)
    {
        var lines = LinesOf(errors);
        var last = lines.ToList().FindLastIndex(line => line.StartsWith(ErrorMark, StringComparison.Ordinal));
        var telling = last < 0 ? lines : lines.Skip(last);
        var words = string.Join('\n', telling).Trim();
        return words.StartsWith(ErrorMark, StringComparison.Ordinal) ? words[ErrorMark.Length..] : words;
    }

    [GeneratedRegex("""^time="[^"]*" level=(trace|debug|info|warning) """)]
    private static partial Regex Chatter();
}
