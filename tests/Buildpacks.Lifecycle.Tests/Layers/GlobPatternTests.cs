using Buildpacks.Lifecycle.Layers;

namespace Buildpacks.Lifecycle.Tests.Layers;

public class GlobPatternTests
{
    [Theory]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*/*", "a/b", true)]
    [InlineData("*.txt", "notes.txt", true)]
    [InlineData("*.txt", "dir/notes.txt", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("*/b*c", "x/bbc", true)]
    [InlineData("*/b*c", "x/y/bc", false)]
    [InlineData("file.?", "file.1", true)]
    [InlineData("file.?", "file./", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("dir/", "dir", true)]
    [InlineData("./dir//sub/../file", "dir/file", true)]
    [InlineData("/etc/*", "etc/passwd", false)]
    [InlineData("di[r]", "dir", true)]
    [InlineData("a.c", "abc", false)]
    public void A_pattern_matches_whole_paths(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new GlobPattern(pattern).IsMatch(path));

    [Theory]
    [InlineData("[a")]
    [InlineData("[")]
    [InlineData("a\\")]
    public void A_pattern_that_is_not_complete_is_refused_by_name(string pattern) =>
        Assert.Contains(pattern, Assert.Throws<FormatException>(() => new GlobPattern(pattern)).Message, StringComparison.Ordinal);
}
