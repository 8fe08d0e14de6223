using Buildpacks.Builds.Records;

namespace Buildpacks.Tests.Builds;

public sealed class LogMaskTests
{
    private static readonly LogMask Mask = new(new Dictionary<string, string>
    {
        ["PASSWORD"] = "pa55/word&more",
        ["LONGER"] = "pa55/word&more-and-more",
        ["KEY"] = "-----BEGIN KEY-----\nAbCdEf123456\n-----END KEY-----\n",
        ["PIN"] = "12",
        ["EMPTY"] = "",
    });

    [Theory]
    [InlineData("it is pa55/word&more.", "it is ***.")]
    [InlineData("twice: pa55/word&morepa55/word&more", "twice: ******")]
    [InlineData("pa55/word&more-and-more", "***")]
    [InlineData("https://example.org/?q=pa55%2Fword%26more", "https://example.org/?q=***")]
    [InlineData("cGE1NS93b3JkJm1vcmU=", "***")]
    [InlineData("  AbCdEf123456", "  ***")]
    [InlineData("PIN=12 of 12", "PIN=*** of 12")]
    [InlineData("nothing to hide", "nothing to hide")]
    public void Values_of_the_environment_are_hidden(string text, string hidden) => Assert.Equal(hidden, Mask.Hide(text));

    [Theory]
    [InlineData("GET https://alice:open-sesame@example.org/v2/", "GET https://alice:***@example.org/v2/")]
    [InlineData("Authorization: Bearer eyJhbGciOi.J9-x_y", "Authorization: Bearer ***")]
    [InlineData("authorization: basic YWxpY2U6c2VjcmV0", "authorization: basic ***")]
    [InlineData("token=abc123 and more", "token=*** and more")]
    [InlineData("""{"password": "abc123", "user": "alice"}""", """{"password": "***", "user": "alice"}""")]
    [InlineData("API_KEY=abc", "API_KEY=***")]
    [InlineData("GITHUB_TOKEN_FOR_CI=abc", "GITHUB_TOKEN_FOR_CI=***")]
    [InlineData("a token of respect", "a token of respect")]
    public void What_looks_like_a_secret_is_hidden(string text, string hidden) => Assert.Equal(hidden, LogMask.HideKnown(text));

    [Theory]
    [InlineData("token")]
    [InlineData("password ")]
    [InlineData("Bearer ")]
    [InlineData("://a:")]
    public void A_long_line_of_telling_words_is_read_in_one_go(string word)
    {
        var text = string.Concat(Enumerable.Repeat(word, 200_000));

        Assert.Equal(text.Length, LogMask.HideKnown(text).Length);
    }

    [Fact]
    public void Passwords_of_proxies_are_hidden()
    {
        var before = Environment.GetEnvironmentVariable("HTTPS_PROXY");
        Environment.SetEnvironmentVariable("HTTPS_PROXY", "http://alice:open%40s@same@proxy.example:3128");
        try
        {
            var mask = new LogMask(new Dictionary<string, string>());

            Assert.Equal("*** and ***", mask.Hide("open%40s@same and open@s@same"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("HTTPS_PROXY", before);
        }
    }
}
