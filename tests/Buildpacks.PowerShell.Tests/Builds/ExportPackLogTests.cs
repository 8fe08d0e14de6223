using System.Text.Json;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builds;

[Collection(EngineMachineTests.Name)]
public sealed class ExportPackLogTests(EngineMachine machine) : IDisposable
{
    private static readonly BuildResult Result = new()
    {
        ImageName = "shop/web", Id = "sha256:1", Engine = PackEngineKind.Podman, Location = "", Builder = "b", RunImage = "r",
        Log = new BuildLog
        {
            ImageName = "shop/web", Path = "/shop", Engine = PackEngineKind.Docker, Endpoint = "unix:///nowhere/docker.sock",
            Output = [new PackOutputLine("===> BUILDING", IsError: false)], Duration = TimeSpan.FromSeconds(1.5),
        },
    };

    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("log");

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    private string LogPath => _folder["log.json"];

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task A_build_and_one_that_failed_go_into_one_file_without_secrets(PackEngineKind kind)
    {
        machine.Require(kind);
        await SampleBuilder.GetAsync(machine.Engine(kind));

        _session.Run(
            $$"""
            $PSDefaultParameterValues = @{ 'Invoke-PackBuild:Builder' = '{{SampleBuilder.Name}}'; 'Invoke-PackBuild:Network' = 'none'; 'Invoke-PackBuild:Engine' = '{{kind}}' }
            $builds = @(Invoke-PackBuild example.org/log/site -Path $args[0] -Env @{ SECRET = 'open-sesame' } 6>$null)
            try { Invoke-PackBuild example.org/log/broken -Path $args[1] -Env SECRET=open-sesame -ErrorAction Stop 6>$null } catch { $builds += $_ }
            $builds | Export-PackLog $args[2]
            """,
            SampleFiles.App("static-site"), SampleFiles.App("broken-web"), LogPath).Checked();

        var text = await File.ReadAllTextAsync(LogPath);
        using var document = JsonDocument.Parse(text);
        var builds = document.RootElement.GetProperty("builds").EnumerateArray().ToList();
        Assert.Equal(["Built", "Failed"], builds.Select(build => build.GetProperty("outcome").GetString()));
        Assert.All(builds, build => Assert.Equal($"{kind}", build.GetProperty("engine").GetProperty("kind").GetString()));
        Assert.All(builds, build => Assert.NotEmpty(build.GetProperty("engine").GetProperty("version").GetString()!));
        Assert.All(builds, build => Assert.Contains(build.GetProperty("output").EnumerateArray(), line => line.GetProperty("text").GetString() == "===> BUILDING"));
        Assert.All(builds, build => Assert.All(["phases", "engineCalls"], part => Assert.NotEqual(0, build.GetProperty(part).GetArrayLength())));
        Assert.Equal("BuildpackFailed", builds[1].GetProperty("error").GetProperty("id").GetString());
        var versions = document.RootElement.GetProperty("versions");
        Assert.Equal("0.1.0", versions.GetProperty("module").GetString());
        Assert.StartsWith("7.", versions.GetProperty("powerShell").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_path_is_one_of_the_sessions()
    {
        _session.Run("$ExecutionContext.SessionState.Path.SetLocation($args[0]); $args[1] | Export-PackLog ./log.json", _folder.Path, Result).Checked();
        var record = _session.Run("$args[0] | Export-PackLog env:log", Result).Failure;

        Assert.Equal([LogPath], Directory.GetFiles(_folder.Path));
        Assert.StartsWith("PathNotFileSystem,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_literal_path_may_hold_brackets()
    {
        _session.Run("$args[1] | Export-PackLog -LiteralPath $args[0]", _folder["[log].json"], Result).Checked();

        Assert.True(File.Exists(_folder["[log].json"]));
    }

    [Fact]
    public void Wildcards_must_match_one_existing_file()
    {
        _folder.File("one.json", "");

        _session.Run("$args[1] | Export-PackLog $args[0]", _folder["o*.json"], Result).Checked();
        var record = _session.Run("$args[1] | Export-PackLog $args[0]", _folder["x*.json"], Result).Failure;

        Assert.True(new FileInfo(_folder["one.json"]).Length > 0);
        Assert.StartsWith("LogPathAmbiguous,", record.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void PassThru_gives_the_file_and_nothing_else_does()
    {
        Assert.Empty(_session.Run("$args[1] | Export-PackLog $args[0]", LogPath, Result).Checked().Output);

        var file = Assert.Single(_session.Run("Export-PackLog $args[0] -InputObject $args[1] -PassThru", LogPath, Result).Checked().Of<FileInfo>());
        Assert.Equal(LogPath, file.FullName);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        var shown = _session.Show("$args[1] | Export-PackLog $args[0] -WhatIf", LogPath, Result);

        Assert.Contains($"\"Write the log of a build\" on target \"{LogPath}\"", shown, StringComparison.Ordinal);
        Assert.False(File.Exists(LogPath));
    }

    [Fact]
    public void An_existing_file_is_replaced_without_NoClobber_unless_it_is_read_only()
    {
        _folder.File("log.json", "before");
        var kept = _session.Run("$args[1] | Export-PackLog $args[0] -NoClobber", LogPath, Result).Failure;
        Assert.StartsWith("LogFileExists,", kept.FullyQualifiedErrorId, StringComparison.Ordinal);

        File.SetAttributes(LogPath, FileAttributes.ReadOnly);
        var refused = _session.Run("$args[1] | Export-PackLog $args[0]", LogPath, Result).Failure;
        Assert.StartsWith("LogFileReadOnly,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(LogPath));

        _session.Run("$args[1] | Export-PackLog $args[0] -Force; $args[1] | Export-PackLog $args[0]", LogPath, Result).Checked();
        Assert.StartsWith("{", File.ReadAllText(LogPath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "LogPathInvalid")]
    [InlineData("no/such/folder/log.json", "LogPathInvalid")]
    public void A_path_that_cannot_be_a_file_is_named(string path, string errorId)
    {
        var record = _session.Run("$args[1] | Export-PackLog $args[0]", _folder[path], Result).Failure;

        Assert.StartsWith(errorId + ",", record.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEmpty(record.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void An_object_that_is_not_a_build_is_a_non_terminating_error()
    {
        var run = _session.Run("'text', $args[1], 7 | Export-PackLog $args[0]", LogPath, Result);

        Assert.All(run.Errors, record => Assert.StartsWith("NotABuild,", record.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(["text", 7], run.Errors.Select(record => ((System.Management.Automation.PSObject)record.TargetObject).BaseObject));
        Assert.True(File.Exists(LogPath));
    }

    [Theory]
    [InlineData("-Path . -EngineEndpoint unix:///nowhere/open-sesame.sock", "DockerUnreachable")]
    [InlineData("-LiteralPath /nowhere/open-sesame -EngineEndpoint unix:///nowhere/docker.sock", "AppPathNotFound")]
    public void An_error_does_not_repeat_a_value_of_the_environment(string arguments, string errorId)
    {
        _folder.File("app/index.html", "<p></p>\n");
        _session.Run(
            $"$ExecutionContext.SessionState.Path.SetLocation($args[0]); try {{ Invoke-PackBuild image -Builder b -Engine Docker -Env PLAIN=open-sesame {arguments} -ErrorAction Stop }} catch {{ $_ | Export-PackLog $args[1] }}",
            _folder["app"], LogPath).Checked();

        using var document = JsonDocument.Parse(File.ReadAllText(LogPath));
        var error = document.RootElement.GetProperty("builds")[0].GetProperty("error");
        Assert.Equal(errorId, error.GetProperty("id").GetString());
        Assert.Contains("***", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("***", error.GetProperty("target").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame", error.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_errors_are_skipped_when_there_is_an_error_of_a_build()
    {
        var run = _session.Run(
            """
            $Error.Clear()
            'x', 'y' | ForEach-Object { try { [int]::Parse($_) } catch { } }
            try { Invoke-PackBuild example.org/log/none -Builder b -Path /no/such/app -Engine Docker -ErrorAction Stop } catch { }
            $Error + $args[1] | Export-PackLog $args[0] -Verbose
            $Error + $args[1] | Export-PackLog $args[0] -Debug
            """, LogPath, Result).Checked();

        using var document = JsonDocument.Parse(File.ReadAllText(LogPath));
        Assert.Equal(["Failed", "Built"], document.RootElement.GetProperty("builds").EnumerateArray().Select(build => build.GetProperty("outcome").GetString()));
        Assert.Single(run.Verbose, message => message == "Skipped 2 errors that are not from a build.");
        Assert.Empty(_session.Console.Questions);
    }

    [Fact]
    public void Other_errors_without_a_build_write_no_log()
    {
        var run = _session.Run("$Error.Clear(); 'x', 'y' | ForEach-Object { try { [int]::Parse($_) } catch { } }; $Error | Export-PackLog $args[0]", LogPath);

        Assert.Equal(2, run.Errors.Count);
        Assert.All(run.Errors, record => Assert.StartsWith("NotABuild,", record.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.False(File.Exists(LogPath));
    }

    [Fact]
    public void An_error_before_a_build_began_is_written_too()
    {
        _session.Run("try { Get-PackEngine -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock -ErrorAction Stop } catch { $_ | Export-PackLog $args[0] }", LogPath).Checked();

        using var document = JsonDocument.Parse(File.ReadAllText(LogPath));
        var build = document.RootElement.GetProperty("builds")[0];
        Assert.Equal("DockerUnreachable", build.GetProperty("error").GetProperty("id").GetString());
        Assert.False(build.TryGetProperty("engine", out _));
    }
}
