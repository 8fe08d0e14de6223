using System.Diagnostics;
using System.Text;
using Buildpacks.IO;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Tests.Files;

public sealed class IgnoreRulesTests : IDisposable
{
    private const int Trees = 40;

    private static readonly string[] Parts =
    [
        "a", "b", "ab", "foo", "foo.txt", ".env", "bar", "baz.log", "node_modules", "src", "x[1]", "back\\slash", "sp ace", "tail ", "#hash", "!bang", "é", "日本", "-", "]", "A",
        "a*b", "q?", "new\nline",
    ];

    private static readonly string[] PatternParts =
    [
        "a", "b", "ab", "foo", "foo.txt", ".env", "*.log", "*.txt", "*", "**", "***", "a**", "**b", "f*o", "?", "??", "fo?", "[ab]", "[!a]", "[^a]", "[a-f]*", "[]-]", "[a", "[]", "[[:alpha:]]*",
        "[[:digit:]]", "[[:nope:]]", "[\\]]", "x[[]1]", "x\\[1\\]", "\\a", "\\#hash", "#hash", "\\!bang", "back\\\\slash", "sp\\ ace", "tail\\ ", "tail ", "node_modules", "src", "é", "[é]", "日*", "\\", "a\\*b", "q\\?",
        "[a-]", "[--0]", "[\\a-\\f]", "A", "*é", "b*z*g",
    ];

    private readonly TestFolder _folder = new("ignore");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.log", "a/b/c.log", false, true)]
    [InlineData("/*.log", "a/c.log", false, false)]
    [InlineData("build/", "build", false, false)]
    [InlineData("build/", "src/build", true, true)]
    [InlineData("src/*.c", "src/a/b.c", false, false)]
    [InlineData("src/**/*.c", "src/b.c", false, true)]
    [InlineData("src/**", "src", true, false)]
    [InlineData("**/temp", "a/b/temp", false, true)]
    [InlineData("*|!keep", "keep", false, false)]
    [InlineData("!keep|*", "keep", false, true)]
    [InlineData("#a", "#a", false, false)]
    [InlineData("\\#a", "#a", false, true)]
    [InlineData("a  ", "a", false, true)]
    [InlineData("a\\ ", "a ", false, true)]
    [InlineData("", "a", false, false)]
    public void The_last_pattern_that_matches_decides(string patterns, string path, bool isFolder, bool isMatch) =>
        Assert.Equal(isMatch, new IgnoreRules(patterns.Split('|')).IsMatch(path, isFolder));

    [Fact]
    public void A_hostile_pattern_takes_no_time()
    {
        var rules = new IgnoreRules([string.Concat(Enumerable.Repeat("**/a*a*a*", 40)), string.Concat(Enumerable.Repeat("*a", 400)) + "b"]);
        var clock = Stopwatch.StartNew();

        Assert.False(rules.IsMatch(string.Join('/', Enumerable.Repeat(new string('a', 200), 10)), isFolder: false));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    /// <summary>On generated trees, git and these rules agree about each file and folder.</summary>
    [SkippableFact]
    public async Task Git_agrees()
    {
        Skip.If(FindGit() is null, "not installed: git");
        var compared = 0;
        var ignored = 0;
        for (var tree = 0; tree < Trees; tree++)
        {
            var random = new Random(tree);
            var root = _folder.Folder($"{tree}");
            var paths = MakeTree(root, random);
            (await ToolRun.RunAsync("git", ["init", "-q", root])).Checked();
            for (var set = 0; set < 6; set++)
            {
                var patterns = MakePatterns(random, paths);
                File.WriteAllText(Path.Combine(root, ".git/info/exclude"), string.Join('\n', patterns) + "\n");
                var expected = await AskGitAsync(root, paths.Select(path => path.Path));
                var actual = Matching(patterns, paths);

                Assert.True(
                    expected.SetEquals(actual),
                    $"tree {tree}, set {set}\npatterns:\n{string.Join('\n', patterns)}\nonly git: {string.Join(" | ", expected.Except(actual))}\nonly we: {string.Join(" | ", actual.Except(expected))}");
                compared += paths.Count;
                ignored += expected.Count;
            }
        }

        // A test that compares nothing with nothing would agree too.
        Assert.InRange(ignored, compared / 20, compared * 19 / 20);
    }

    private static HashSet<string> Matching(IReadOnlyList<string> patterns, IReadOnlyList<(string Path, bool IsFolder)> paths)
    {
        var rules = new IgnoreRules(patterns);
        var matching = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, isFolder) in paths)
        {
            var parent = path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "";
            if (matching.Contains(parent) || rules.IsMatch(path, isFolder))
            {
                matching.Add(path);
            }
        }

        return matching;
    }

    /// <summary>Makes files and folders; a folder comes before what is in it.</summary>
    private static List<(string Path, bool IsFolder)> MakeTree(string root, Random random)
    {
        var paths = new List<(string Path, bool IsFolder)>();
        for (var i = 0; i < 60; i++)
        {
            var parts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Parts[random.Next(Parts.Length)]).ToArray();
            for (var depth = 1; depth <= parts.Length; depth++)
            {
                var path = string.Join('/', parts[..depth]);
                var full = Path.Combine(root, path);
                if (File.Exists(full))
                {
                    break;
                }

                if (!Directory.Exists(full))
                {
                    var isFolder = depth < parts.Length || random.Next(4) == 0;
                    if (isFolder)
                    {
                        Directory.CreateDirectory(full);
                    }
                    else
                    {
                        File.WriteAllText(full, "");
                    }

                    paths.Add((path, isFolder));
                }
            }
        }

        return paths;
    }

    private static List<string> MakePatterns(Random random, IReadOnlyList<(string Path, bool IsFolder)> paths) =>
        [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => MakePattern(random, paths).Replace("\n", "", StringComparison.Ordinal))];

    private static string MakePattern(Random random, IReadOnlyList<(string Path, bool IsFolder)> paths)
    {
        // Half of them are made of a path that exists.
        var parts = random.Next(2) == 0
            ? paths[random.Next(paths.Count)].Path.Split('/').Select(part => random.Next(2) == 0 ? part : PatternParts[random.Next(PatternParts.Length)]).ToArray()
            : [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => PatternParts[random.Next(PatternParts.Length)])];
        var pattern = (random.Next(5) == 0 ? "!" : "") + (random.Next(5) == 0 ? "/" : "") + string.Join('/', parts) + (random.Next(5) == 0 ? "/" : "");

        // In a path, two asterisks beside another character are one by git's manual. Some versions of git compare pointers of two buffers there,
        // and their answer is by chance.
        return pattern.Contains('/', StringComparison.Ordinal) ? pattern.Replace("a**", "a*", StringComparison.Ordinal).Replace("**b", "*b", StringComparison.Ordinal) : pattern;
    }

    private static async Task<HashSet<string>> AskGitAsync(string root, IEnumerable<string> paths)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = root };
        foreach (var argument in new[] { "-c", "core.excludesFile=", "-c", "core.ignoreCase=false", "check-ignore", "--no-index", "-z", "--stdin" })
        {
            start.ArgumentList.Add(argument);
        }

        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEndAsync();
        await git.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(paths.Select(path => path + "\0"))));
        git.StandardInput.Close();
        var answer = await output;
        await git.WaitForExitAsync();
        Assert.InRange(git.ExitCode, 0, 1);
        return [.. answer.Split('\0', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string? FindGit() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "git")).FirstOrDefault(File.Exists);
}
