using Buildpacks.Engines.Location;

namespace Buildpacks.Engines.Tests.Location;

public sealed class EngineSettingsFileTests : IDisposable
{
    private readonly TestMachine _machine = new();

    private EngineSettingsFile Settings => new(_machine.Environment);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_file_that_is_not_there_chooses_nothing() => Assert.True(Settings.Read().IsEmpty);

    [Theory]
    [InlineData("a = \"\\UFFFFFFFF\"")]
    [InlineData("a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1")]
    [InlineData("[engine]\nkind = [")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m = 1")]
    public void A_file_that_no_parser_takes_is_named(string text)
    {
        _machine.WithSettings(text);

        var failure = Assert.Throws<PackException>(() => Settings.Read());

        Assert.Equal(("ConfigurationInvalid", Settings.Path), (failure.ErrorId, failure.Target));
    }

    [Fact]
    public void A_file_of_more_than_a_megabyte_is_not_read()
    {
        _machine.WithSettings(new string('#', 1_100_000));

        Assert.Contains("larger than 1 MB", Assert.Throws<PackException>(() => Settings.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        Settings.Write(new EngineChoice(PackEngineKind.Docker, "unix:///a \"b\".sock"));

        Assert.Equal(new EngineChoice(PackEngineKind.Docker, "unix:///a \"b\".sock"), Settings.Read());
        Assert.Equal("[engine]\nkind = \"docker\"\nendpoint = \"unix:///a \\\"b\\\".sock\"\n", File.ReadAllText(_machine.SettingsFile));
    }

    [Fact]
    public void Comments_and_unknown_keys_survive_a_write()
    {
        _machine.WithSettings(
            "# mine\npull-policy = \"never\"\n\n[engine] # of mine\nkind = \"podman\" # why\n# place\nendpoint = \"machine\" # there\nother = [1, 2]\n\n[later]\nkey = 'value'\n");

        Settings.Write(new EngineChoice(PackEngineKind.Docker));

        Assert.Equal(
            "# mine\npull-policy = \"never\"\n\n[engine] # of mine\nkind = \"docker\" # why\n# place\nother = [1, 2]\n\n[later]\nkey = 'value'\n",
            File.ReadAllText(_machine.SettingsFile));
    }

    [Fact]
    public void The_file_of_earlier_versions_is_read_until_a_choice_is_saved()
    {
        _machine.WithOlderSettings("# mine\nengine = \"docker\"\nendpoint = \"tcp://h:1\"\nother = 1\n");
        Assert.Equal(new EngineChoice(PackEngineKind.Docker, "tcp://h:1"), Settings.Read());
        var shown = Settings.ReadConfig();
        Assert.Equal((PackEngineKind.Docker, "tcp://h:1"), (shown.Engine, shown.EngineEndpoint));
        Assert.Equal([(_machine.OlderSettingsFile, 2), (_machine.OlderSettingsFile, 3)], shown.Settings.Where(setting => setting.IsSet).Select(setting => (setting.Source, setting.Line ?? 0)));

        Settings.Write(new EngineChoice(PackEngineKind.Podman));

        Assert.Equal(new EngineChoice(PackEngineKind.Podman), Settings.Read());
        Assert.Equal("# mine\nother = 1\n", File.ReadAllText(_machine.OlderSettingsFile));
    }

    [Fact]
    public void A_choice_of_an_earlier_version_does_not_come_back_when_it_is_taken_back()
    {
        _machine.WithOlderSettings("engine = \"docker\"\n");

        Settings.Write(new EngineChoice());

        Assert.True(Settings.Read().IsEmpty);
        Assert.False(File.Exists(_machine.OlderSettingsFile));
    }

    [Fact]
    public void A_write_leaves_no_draft_behind()
    {
        Settings.Write(new EngineChoice(PackEngineKind.Podman));

        Assert.Equal([_machine.SettingsFile], Directory.GetFiles(Path.GetDirectoryName(_machine.SettingsFile)!));
    }

    [Theory]
    [InlineData("[engine]\nkind = ")]
    [InlineData("[engine]\nkind = 'lxc'")]
    [InlineData("[engine]\nkind = 5")]
    [InlineData("engine = 5")]
    public void What_cannot_be_meant_is_an_error_that_names_the_file(string toml)
    {
        _machine.WithSettings(toml);

        var failure = Assert.Throws<PackException>(Settings.Read);

        Assert.Equal(("ConfigurationInvalid", PackErrorKind.InvalidInput), (failure.ErrorId, failure.Kind));
        Assert.Contains(_machine.SettingsFile, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("engine = ")]
    [InlineData("engine = 'lxc'")]
    [InlineData("engine = 5")]
    public void What_cannot_be_meant_in_the_older_file_is_an_error_that_names_it(string toml)
    {
        _machine.WithOlderSettings(toml);

        var failure = Assert.Throws<PackException>(Settings.Read);

        Assert.Equal("ConfigurationInvalid", failure.ErrorId);
        Assert.Contains(_machine.OlderSettingsFile, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_is_not_overwritten()
    {
        _machine.WithSettings("engine = ");

        Assert.Throws<PackException>(() => Settings.Write(new EngineChoice(PackEngineKind.Podman)));

        Assert.Equal("engine = ", File.ReadAllText(_machine.SettingsFile));
    }
}
