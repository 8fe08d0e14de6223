using System.Formats.Tar;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>Apps that come as streams, and archives.</summary>
public sealed class AppStreamTests : IDisposable
{
    private const string NoEngine = "-Builder localhost/no/builder -PullPolicy Never -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock";

    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("streams");

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_tar_and_a_stream_are_tested_like_the_folder()
    {
        var tar = Tar("web.tar");

        var reports = _session.Run(
            $"$args[0] | Test-PackProject {NoEngine}; $args[1] | Test-PackProject {NoEngine}; $stream = [IO.File]::OpenRead($args[1]); Test-PackProject web -InputStream $stream {NoEngine}; $stream.Dispose()",
            _folder["web"], tar).Checked().Of<PackProjectReport>().ToList();

        Assert.Equal(["web", "web", "web"], reports.Select(report => report.ImageName));
        Assert.All(reports, report => Assert.Equal((2, "FROM_PROJECT"), (report.Files!.Count, report.Values.Single(value => value.Name == "Env").Item)));
        Assert.All(reports, report => Assert.True(report.IsValid, string.Join('\n', report.Problems)));
    }

    [Fact]
    public void What_cannot_be_read_is_an_error_with_an_id()
    {
        _folder.File("app.txt", "no archive");
        var closed = File.OpenRead(_folder["app.txt"]);
        closed.Dispose();

        var text = _session.Run($"\"pax_global_header`0`0\", '/' | Invoke-PackBuild web {NoEngine}");
        var stream = _session.Run($"Invoke-PackBuild web -InputStream $args[0] {NoEngine}", closed);
        var file = _session.Run($"Invoke-PackBuild web -Path $args[0] {NoEngine} -WhatIf", _folder["app.txt"]);
        var test = _session.Run($"Test-PackProject web -InputStream $args[0] {NoEngine}", new MemoryStream()).Checked().Of<PackProjectReport>().Single();

        Assert.StartsWith(PackErrorIds.AppInputUnavailable, text.Failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith(PackErrorIds.AppInputUnavailable, Assert.Single(stream.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith(PackErrorIds.AppPathInvalid, Assert.Single(file.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(test.Problems, problem => problem.ErrorId == PackErrorIds.AppPathEmpty);
        Assert.False(test.IsValid);
    }

    [Fact]
    public void WhatIf_leaves_a_stream_unread()
    {
        using var stream = File.OpenRead(Tar("web.tar"));

        _session.Run($"Invoke-PackBuild web -InputStream $args[0] {NoEngine} -WhatIf", stream).Checked();

        Assert.Equal(0, stream.Position);
    }

    private string Tar(string name)
    {
        _folder.File("web/main.sh", "x");
        _folder.File("web/project.toml", "[_]\nschema-version = '0.2'\n[[io.buildpacks.build.env]]\nname = 'FROM_PROJECT'\nvalue = '1'\n");
        TarFile.CreateFromDirectory(_folder["web"], _folder[name], includeBaseDirectory: false);
        return _folder[name];
    }
}
