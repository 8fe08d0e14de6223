using System.Text;
using System.Text.RegularExpressions;
using Buildpacks.Reporting;

namespace Buildpacks.Builds.Records;

/// <summary>
/// Hides what is not to leave the house: the values of a build's environment, whether they were given as secrets or not, passwords in
/// URLs, and what stands behind words such as <c>token</c> or <c>Bearer</c>.
/// </summary>
internal sealed partial class LogMask
{
    private const string Mask = "***";

    /// <summary>Shorter values are no secrets and are part of many words: they are hidden only where they follow their name.</summary>
    private const int Telling = 4;

    private static readonly string[] ProxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

    private readonly string[] _secrets;
    private readonly (string Text, string Masked)[] _assignments;

    /// <summary>Makes a mask.</summary>
    /// <param name="environment">The build's environment.</param>
    public LogMask(IReadOnlyDictionary<string, string> environment)
    {
        _secrets =
        [
            .. environment.Values.Concat(ProxyPasswords()).SelectMany(Forms)
                .Where(value => value.Length >= Telling)
                .Distinct(StringComparer.Ordinal)

                // One value may be a part of another.
                .OrderByDescending(value => value.Length),
        ];
        _assignments =
        [
            .. environment.Where(variable => variable.Value.Length is > 0 and < Telling)
                .Select(variable => ($"{variable.Key}={variable.Value}", $"{variable.Key}={Mask}")),
        ];
    }

    /// <summary>A mask for a build that may have failed before its environment was read.</summary>
    /// <param name="environment">The build's environment, as far as it was read.</param>
    /// <param name="variables">What was to be in it.</param>
    public static LogMask Of(IReadOnlyDictionary<string, string> environment, IEnumerable<PackVariable> variables)
    {
        var known = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            known.TryAdd(variable.Name, variable.Secret is { } secret ? SecretMask.Reveal(secret) : variable.Value ?? "");
        }

        return new LogMask(known);
    }

    /// <summary>What a failure says, without secrets.</summary>
    public BuildLogError Hide(PackException failure) =>
        new(Hide(failure.Message), failure.RecommendedAction is { } action ? Hide(action) : null, failure.Target is { } target ? Hide(target) : null);

    /// <summary>The text without secrets.</summary>
    public string Hide(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        foreach (var (assignment, masked) in _assignments)
        {
            text = text.Replace(assignment, masked, StringComparison.Ordinal);
        }

        return HideKnown(text);
    }

    /// <summary>The text without what looks like a secret, whatever a build's environment is.</summary>
    public static string HideKnown(string text) =>
        Credentials().Replace(Authorization().Replace(UrlMask.HidePassword(text), "$1" + Mask), "$1" + Mask);

    /// <summary>How a value may be written: as it is, a line for itself, in a URL, in an Authorization header.</summary>
    private static IEnumerable<string> Forms(string value)
    {
        yield return value;
        yield return Uri.EscapeDataString(value);
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        foreach (var line in value.Split('\n', StringSplitOptions.TrimEntries))
        {
            yield return line;
        }
    }

    /// <summary>The passwords in this process's proxy variables, which every container gets.</summary>
    private static IEnumerable<string> ProxyPasswords() => ProxyVariables
        .SelectMany(name => new[] { name, name.ToLowerInvariant() })
        .Select(Environment.GetEnvironmentVariable)
        .Select(proxy => ProxyPassword().Match(proxy ?? "").Groups[1].Value)
        .SelectMany(password => new[] { password, Uri.UnescapeDataString(password) });

    /// <summary>Up to the last @: a password may hold one although it should not.</summary>
    [GeneratedRegex(@"^[a-z]+://[^:@]*:(.*)@")]
    private static partial Regex ProxyPassword();

    [GeneratedRegex(@"\b((?:Bearer|Basic) +)[A-Za-z0-9+/=._~-]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();

    /// <summary>What may come between is bounded, or a long line of such words would take the square of its length.</summary>
    [GeneratedRegex("""((?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credentials?)[\w-]{0,64}["']?\s{0,8}[=:]\s{0,8}["']?)[^\s"',;]+""", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();
}
