using System.Diagnostics;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Engines.Tests.Fixtures;

public sealed class TestFolderTests
{
    [Fact]
    public void A_folder_is_removed_with_what_still_runs_in_it()
    {
        var folder = new TestFolder("removed");
        using var sleeper = Process.Start("sh", ["-c", "sleep 60; : " + folder.Path])!;
        using var worker = Process.Start(new ProcessStartInfo("sleep", ["60"]) { WorkingDirectory = folder.Folder("home") })!;

        folder.Dispose();

        Assert.True(sleeper.WaitForExit(Hang.Limit));
        Assert.True(worker.WaitForExit(Hang.Limit));
        Assert.False(Directory.Exists(folder.Path));
    }

    [Fact]
    public async Task A_server_ends_when_its_fixture_does()
    {
        using var folder = new TestFolder("server");
        var ready = folder["ready"];
        var server = await GuardedProcess.StartAsync(
            "sh", ["-c", $"echo $$ > {ready}; exec sleep 60"], folder["log"], () => Task.FromResult(File.Exists(ready) && new FileInfo(ready).Length > 0));
        var id = (await File.ReadAllTextAsync(ready)).Trim();
        Assert.True(Directory.Exists("/proc/" + id));

        await server.DisposeAsync();

        Assert.False(Directory.Exists("/proc/" + id));
    }

    [Fact]
    public async Task A_server_that_does_not_start_says_why()
    {
        using var folder = new TestFolder("server");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GuardedProcess.StartAsync("sh", ["-c", "echo no such luck; exit 3"], folder["log"], () => Task.FromResult(false)));

        Assert.Contains("no such luck", failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_script_is_waited_for_until_nobody_has_it_open_for_writing()
    {
        using var folder = new TestFolder();
        var path = folder.File("script", "#!/bin/sh\nexit 7\n");
        var writer = File.OpenWrite(path);

        var made = Task.Run(() => StartableFile.Make(path));

        await Task.Delay(50);
        Assert.False(made.IsCompleted, made.Exception?.ToString());
        await writer.DisposeAsync();
        await made;
        Assert.Equal(7, (await ToolRun.RunAsync(path, [])).ExitCode);
    }
}
