using System.Text.RegularExpressions;
using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Oci;

namespace Buildpacks.Engines.Podman;

/// <summary>
/// Finds out which answer of <c>podman image inspect a b c</c> belongs to which name: podman answers in the order asked, leaves
/// out what it does not have and says so on standard error.
/// </summary>
internal static partial class InspectedImages
{
    /// <summary>Pairs names with answers.</summary>
    /// <param name="asked">The names given to podman, in their order, each once.</param>
    /// <param name="answers">podman's answers in their order.</param>
    /// <param name="errors">What podman wrote on standard error.</param>
    public static IReadOnlyDictionary<string, ImageDetail> Pair(
        IReadOnlyList<string> asked, IReadOnlyList<ImageDetail> answers, string errors)
    {
        var missing = Missing().Matches(errors).Select(match => match.Groups[1].Value).ToHashSet();
        var expected = asked.Where(name => !missing.Contains(name)).ToList();
        var pairs = new Dictionary<string, ImageDetail>();
        if (expected.Count == answers.Count)
        {
            for (var i = 0; i < expected.Count; i++)
            {
                pairs[expected[i]] = answers[i];
            }

            return pairs;
        }

        // Standard error did not name all that is missing: go by what the answers say of themselves.
        var next = 0;
        foreach (var name in expected)
        {
            if (next < answers.Count && IsCalled(answers[next], name))
            {
                pairs[name] = answers[next++];
            }
        }

        return pairs;
    }

    /// <summary>Whether podman's words tell of nothing but images it does not have.</summary>
    public static bool OnlyMissing(string errors) =>
        PodmanErrors.LinesOf(errors) is { Count: > 0 } lines
        && lines.All(line => PodmanErrors.KindOf(line) is PackErrorKind.NotFound or PackErrorKind.InvalidInput);

    private static bool IsCalled(ImageDetail image, string name)
    {
        var id = name.StartsWith("sha256:", StringComparison.Ordinal) ? name : "sha256:" + name;
        if (image.Id.StartsWith(id, StringComparison.Ordinal))
        {
            return true;
        }

        if (!ImageReference.TryParse(name, out var reference, out _))
        {
            return false;
        }

        var spelled = PodmanImageNames.Spell(reference);
        var familiar = "/" + (reference.Tag is { } tag && !name.EndsWith(":" + tag, StringComparison.Ordinal) ? $"{name}:{tag}" : name);
        return image.Tags.Concat(image.RepoDigests).Any(
            own => own == spelled || own.EndsWith(familiar, StringComparison.Ordinal));
    }

    // Begins where a word does: from the middle of an endless word it would be tried as often as the word is long.
    [GeneratedRegex("""(?<![^\s"])([^\s"]+): (?:image not known|no such image|no such object)\r?$""", RegexOptions.Multiline)]
    private static partial Regex Missing();
}
