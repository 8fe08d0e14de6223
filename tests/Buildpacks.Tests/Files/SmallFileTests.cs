using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Tests.Files;

public sealed class SmallFileTests
{
    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_byte_order_mark_says_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);

        Assert.Equal("é=日本\n", SmallFile.Decode([.. encoding.Preamble, .. encoding.GetBytes("é=日本\n")]));
    }

    [Fact]
    public void Text_without_a_mark_is_UTF_8() => Assert.Equal("é\uFFFD", SmallFile.Decode(Encoding.UTF8.GetBytes("é\uFFFD")));

    [Theory]
    [InlineData("a\nb\n\u00e9")]
    [InlineData("\n\n\u00ff\u00fe")]
    public void Bytes_that_are_not_UTF_8_are_refused_with_their_line(string text) =>
        Assert.Equal("line 3 is not valid UTF-8", Assert.Throws<InvalidDataException>(() => SmallFile.Decode(Encoding.Latin1.GetBytes(text))).Message);

    [Fact]
    public void A_text_in_UTF_16_that_ends_within_a_character_is_refused() =>
        Assert.Contains("UTF-16", Assert.Throws<InvalidDataException>(() => SmallFile.Decode([0xFF, 0xFE, (byte)'a', 0, (byte)'b'])).Message, StringComparison.Ordinal);
}
