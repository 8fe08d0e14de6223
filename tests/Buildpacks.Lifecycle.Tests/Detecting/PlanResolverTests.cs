using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Tests.Detecting;

/// <summary>
/// Plans are written <c>a: +x -y | +z; b?: -x</c>: buildpacks parted by semicolons, <c>?</c> marks an optional one, <c>+</c> provides,
/// <c>-</c> requires, <c>|</c> parts alternatives. Outcomes are written <c>a b / x from a</c>, or <c>fail</c>.
/// </summary>
public sealed class PlanResolverTests
{
    [Theory]
    [InlineData("a: ; b: ", "a b")]
    [InlineData("a: +x; b: -x", "a b / x from a")]
    [InlineData("a: +x -x", "a / x from a")]
    [InlineData("a: -x +x", "a / x from a")]
    [InlineData("a: +x; b: -x; c: -x", "a b c / x from a")]
    [InlineData("a: +x; b: +x; c: -x", "a b c / x from a b")]
    [InlineData("a: +x; b: -x; c: +x; d: -x", "a b c d / x from a c")]
    [InlineData("a: +x +y; b: -y -x", "a b / x from a / y from a")]
    public void What_is_required_is_provided_before_it(string plan, string outcome) => Assert.Equal(outcome, Resolve(plan));

    [Theory]
    [InlineData("a: -x")]
    [InlineData("a: +x")]
    [InlineData("b: -x; a: +x")]
    [InlineData("a: +x; b: -x; c: +x")]
    [InlineData("a: +x; b: -y")]
    public void A_needed_buildpack_whose_part_does_not_work_out_fails_the_trial(string plan) => Assert.Equal("fail", Resolve(plan));

    [Theory]
    [InlineData("a?: +x; b: ", "b")]
    [InlineData("a?: -x; b: ", "b")]
    [InlineData("a: +x; b: -x; c?: +x", "a b / x from a")]
    [InlineData("a?: +x; b: -x", "a b / x from a")]
    [InlineData("a?: +x; b?: -x +y; c: ", "c")]
    [InlineData("a: +x; b?: -x", "a b / x from a")]
    [InlineData("a: +x; b?: -x -y", "fail")]
    [InlineData("a?: +x", "fail")]
    [InlineData("a?: +x; b?: -y", "fail")]
    public void An_optional_buildpack_is_left_out_instead(string plan, string outcome) => Assert.Equal(outcome, Resolve(plan));

    [Theory]
    [InlineData("a: +x | +y; b: -x | -y", "a b / x from a")]
    [InlineData("a: +x | +y; b: -y", "a b / y from a")]
    [InlineData("a: +x | +y; b: -z | -y", "a b / y from a")]
    [InlineData("a: +x | ; b: ", "a b")]
    [InlineData("a?: +x | +y; b: ", "b")]
    [InlineData("a?: +x | +y; b: -y", "a b / y from a")]
    [InlineData("a?: +x | ; b: ", "a b")]
    [InlineData("a: +x; b: -x | ; c: -x | ", "a b c / x from a")]
    [InlineData("a: +x | +y | +z; b: -y | -z; c: -z", "a b c / z from a")]
    [InlineData("a: +x | +y; b: -w", "fail")]
    public void Alternatives_are_tried_depth_first_from_left_to_right(string plan, string outcome) => Assert.Equal(outcome, Resolve(plan));

    private static string Resolve(string plan)
    {
        if (new PlanResolver(new DetectLog()).Resolve([.. plan.Split(';').Select(Parse)]) is not { } resolved)
        {
            return "fail";
        }

        var entries = resolved.Plan.Entries
            .Select(entry => $" / {entry.Requires[0].Name} from {string.Join(' ', entry.Providers.Select(provider => provider.Id))}")
            .Order(StringComparer.Ordinal);
        return string.Join(' ', resolved.Members.Select(member => member.Id)) + string.Concat(entries);
    }

    private static (Candidate, IReadOnlyList<PlanAlternative>) Parse(string text)
    {
        var parts = text.Split(':');
        var name = parts[0].Trim();
        var id = name.TrimEnd('?');
        return (
            new Candidate(id, name.EndsWith('?'), new BuildpackDescriptor(id, "1.0", "/nowhere")),
            [.. parts[1].Split('|').Select(alternative => new PlanAlternative(
                [.. Names(alternative, '+')], [.. Names(alternative, '-').Select(required => new PlanRequirement(required))]))]);
    }

    private static IEnumerable<string> Names(string alternative, char kind) =>
        alternative.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == kind).Select(word => word[1..]);
}
