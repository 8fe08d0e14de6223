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
    [InlineData("a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1")]
    [InlineData("engine = [")]
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
    }

    [Fact]
    public void Comments_and_unknown_keys_survive_a_write()
    {
        _machine.WithSettings(
            "# mine\n\nengine = \"podman\" # why\n# place\nendpoint = \"machine\" # there\n\n# list\nother = [1, 2]\n\n[later]\nkey = 'value'\n");

        Settings.Write(new EngineChoice(PackEngineKind.Docker));

        Assert.Equal(
            "# mine\n\nengine = \"docker\" # why\n# place\n\n# list\nother = [1, 2]\n\n[later]\nkey = 'value'\n", File.ReadAllText(_machine.SettingsFile));
    }

    [Fact]
    public void A_key_is_added_before_the_tables()
    {
        _machine.WithSettings("[later]\nkey = 'value'\n");

        Settings.Write(new EngineChoice(PackEngineKind.Podman, "machine"));

        Assert.Equal(new EngineChoice(PackEngineKind.Podman, "machine"), Settings.Read());
        Assert.EndsWith("[later]\nkey = 'value'\n", File.ReadAllText(_machine.SettingsFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "engine = \"podman\"\n")]
    [InlineData("# only this", "# only this\nengine = \"podman\"\n")]
    [InlineData("other = 1", "other = 1\nengine = \"podman\"\n")]
    [InlineData("other = 1\n[t]\nengine = 'x'\n", "other = 1\nengine = \"podman\"\n[t]\nengine = 'x'\n")]
    [InlineData("engine = 'docker'\r\nother = 1\r\n", "engine = \"podman\"\r\nother = 1\r\n")]
    public void A_key_is_set_where_it_belongs(string before, string after)
    {
        _machine.WithSettings(before);

        Settings.Write(new EngineChoice(PackEngineKind.Podman));

        Assert.Equal(after, File.ReadAllText(_machine.SettingsFile));
    }

    [Fact]
    public void A_write_leaves_no_draft_behind()
    {
        Settings.Write(new EngineChoice(PackEngineKind.Podman));

        Assert.Equal([_machine.SettingsFile], Directory.GetFiles(Path.GetDirectoryName(_machine.SettingsFile)!));
    }

    [Theory]
    [InlineData("engine = ")]
    [InlineData("engine = 'lxc'")]
    [InlineData("engine = 5")]
    public void What_cannot_be_meant_is_an_error_that_names_the_file(string toml)
    {
        _machine.WithSettings(toml);

        var failure = Assert.Throws<PackException>(Settings.Read);

        Assert.Equal(("ConfigurationInvalid", PackErrorKind.InvalidInput), (failure.ErrorId, failure.Kind));
        Assert.Contains(_machine.SettingsFile, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_is_not_overwritten()
    {
        _machine.WithSettings("engine = ");

        Assert.Throws<PackException>(() => Settings.Write(new EngineChoice(PackEngineKind.Podman)));

        Assert.Equal("engine = ", File.ReadAllText(_machine.SettingsFile));
    }
}
