using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Streams;

public sealed class PathTests : IDisposable
{
    private readonly PackSession _session = new(typeof(ResolveProbeCommand));
    private readonly TestFolder _folder = new("paths");

    public PathTests()
    {
        _folder.File("one/app[1].txt", "");
        _folder.File("one/b.txt", "");
        _session.Run("$ExecutionContext.SessionState.Path.SetLocation($args[0])", _folder["one"]).Checked();
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Paths_are_relative_to_the_session_and_not_to_the_process() =>
        Assert.Equal([_folder["one/b.txt"]], _session.Run("Resolve-Probe ./b.txt").Checked().Texts);

    [Fact]
    public void Wildcards_match_what_exists() =>
        Assert.Equal(2, _session.Run("Resolve-Probe *.txt").Checked().Output.Count);

    [Fact]
    public void A_literal_path_may_hold_brackets_and_need_not_exist() =>
        Assert.Equal(
            [_folder["one/app[1].txt"], _folder["new[x]"]],
            _session.Run("Resolve-Probe -LiteralPath 'app[1].txt'; Resolve-Probe -LiteralPath '../new[x]'").Checked().Texts);

    [Fact]
    public void The_home_folder_and_the_sessions_drives_are_known()
    {
        var run = _session.Run(
            "$ExecutionContext.SessionState.Drive.New([Management.Automation.PSDriveInfo]::new('apps', (Get-Module).Count ? $ExecutionContext.SessionState.Provider.GetOne('FileSystem') : $null, $args[0], '', $null), 'global') | Out-Null; Resolve-Probe apps:/b.txt; Resolve-Probe -LiteralPath ~",
            _folder["one"]).Checked();

        Assert.Equal([_folder["one/b.txt"], Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)], run.Texts);
    }

    [Theory]
    [InlineData("Resolve-Probe missing.txt", "PathNotFound")]
    [InlineData("Resolve-Probe nodrive:/x", "PathNotFound")]
    [InlineData("Resolve-Probe env:PATH", "PathNotFileSystem")]
    public void A_path_that_leads_nowhere_is_an_error_that_names_it(string script, string errorId)
    {
        var record = Assert.Single(_session.Run(script).Errors);

        Assert.StartsWith(errorId + ",", record.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(script.Split(' ')[1].Split('/')[0].Split(':')[0], record.ToString() + record.TargetObject, StringComparison.Ordinal);
    }
}
