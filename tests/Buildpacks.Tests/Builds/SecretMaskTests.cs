using System.Net;
using Buildpacks.Reporting;

namespace Buildpacks.Tests.Builds;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("s3cret", "it is s3cret, s3cret", "it is ***, ***")]
    [InlineData("line one\r\nline two\n", "a line two or a line one", "a *** or a ***")]
    [InlineData("abc", "abcdef", "abcdef")]
    [InlineData("", "anything", "anything")]
    public void Each_line_of_a_secret_is_hidden(string secret, string text, string shown) =>
        Assert.Equal(shown, Mask(secret).Hide(text));

    [Fact]
    public void A_secret_that_holds_another_is_hidden_whole() =>
        Assert.Equal("a *** b ***", Mask("s3cret", "s3cret-and-more").Hide("a s3cret-and-more b s3cret"));

    [Fact]
    public void What_is_too_short_is_named() => Assert.Equal(["V0"], Mask("abc", "long enough", "").Unhidden);

    [Theory]
    [InlineData("no trace of it", 14)]
    [InlineData("it begins: s3cr", 11)]
    [InlineData("it ends here: s3cret", 20)]
    [InlineData("two begin s3crets3c", 16)]
    [InlineData("", 0)]
    public void A_text_is_cut_before_a_secret_that_may_go_on(string text, int length) =>
        Assert.Equal(length, Mask("s3cret").SafeLength(text));

    [Fact]
    public void A_cut_for_one_secret_is_no_cut_through_another() =>
        Assert.Equal(2, Mask("abcdef", "efghij").SafeLength("x-abcdefgh"));

    [Fact]
    public void A_failure_is_told_without_the_secret_and_without_its_cause()
    {
        var mask = Mask("s3cret");
        var failure = new PackException("Id", PackErrorKind.Failed, "plain", new InvalidOperationException("s3cret")) { Phase = "building", ExitCode = 51 };

        var hidden = mask.Shown(new PackException("Id", PackErrorKind.Failed, "it is s3cret", failure)
        {
            Phase = "building", ExitCode = 51, Target = "/s3cret", RecommendedAction = "Make /s3cret.",
        });

        Assert.True(mask.Finds(failure));
        Assert.False(mask.Finds(hidden));
        Assert.Equal(("Id", "it is ***", "building", 51), (hidden.ErrorId, hidden.Message, hidden.Phase, hidden.ExitCode));
        Assert.Equal(("/***", "Make /***."), (hidden.Target, hidden.RecommendedAction));
    }

    [Fact]
    public void A_failure_without_a_secret_is_shown_as_it_is()
    {
        var failure = new PackException("Id", PackErrorKind.Failed, "plain");

        Assert.Same(failure, Mask("s3cret").Shown(failure));
    }

    private static SecretMask Mask(params string[] secrets) =>
        SecretMask.Of(secrets.Select((secret, index) => new PackVariable($"V{index}", new NetworkCredential("", secret).SecurePassword)));
}
