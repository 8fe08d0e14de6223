using System.Text;
using Buildpacks.Builds.Apps;

namespace Buildpacks.Tests.Builds;

public sealed class SpecialModesTests
{
    private readonly SpecialModes _modes = new();

    [Fact]
    public void Without_such_modes_there_is_no_script()
    {
        _modes.Add("workspace/file", (UnixFileMode)Convert.ToInt32("1777", 8));

        Assert.Null(_modes.Script());
    }

    [Fact]
    public void Each_name_is_one_word_of_the_shell()
    {
        _modes.Add("workspace/b's $(x)", (UnixFileMode)Convert.ToInt32("4755", 8));
        _modes.Add("workspace/a", (UnixFileMode)Convert.ToInt32("2770", 8));
        _modes.Add("workspace/c\nd", (UnixFileMode)Convert.ToInt32("4755", 8));

        Assert.Equal("chmod 2770 '/workspace/a' || return 1\nchmod 4755 '/workspace/b'\\''s $(x)' '/workspace/c\nd' || return 1\n", Script());
    }

    [Fact]
    public void Many_names_are_several_commands()
    {
        foreach (var number in Enumerable.Range(0, 250))
        {
            _modes.Add($"workspace/{number}", (UnixFileMode)Convert.ToInt32("2755", 8));
        }

        Assert.Equal(3, Script().Split("chmod 2755").Length - 1);
    }

    private string Script() => Encoding.UTF8.GetString(_modes.Script()!);
}
