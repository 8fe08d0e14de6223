using System.Diagnostics;
using Buildpacks.IO;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Processes;

public sealed class OwnedPathTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_process_left_that_is_gone_is_removed_and_all_else_stays()
    {
        var gone = ProcessIdentity.Current() with { Started = 1 };
        var elsewhere = ProcessIdentity.Current() with { Machine = "other", Started = 1 };
        _folder.File($"buildpacks-{gone}.file", "");
        _folder.File($"buildpacks-{gone}.folder/below/file", "");
        string[] kept =
        [
            OwnedPath.New(_folder.Path), _folder[$"buildpacks-{elsewhere}.file"], _folder["buildpacks-"], _folder["buildpacks-notes"], _folder[$"{gone}"],
        ];
        Assert.All(kept, path => File.WriteAllText(path, ""));

        OwnedPath.RemoveAbandoned(_folder.Path);

        Assert.Equal(kept.Order(), Directory.GetFileSystemEntries(_folder.Path).Order());
    }

    [Fact]
    public void A_folder_stays_for_as_long_as_a_process_runs_that_it_was_lent_to()
    {
        var gone = ProcessIdentity.Current() with { Started = 1 };
        using var user = Process.Start("sleep", "60");
        var folder = _folder.Folder($"buildpacks-{gone}.lent");
        OwnedPath.Lend(folder, user);
        _folder.File($"buildpacks-{gone}.ended/{gone}", "");
        _folder.File($"buildpacks-{gone}.other/notes", "");

        OwnedPath.RemoveAbandoned(_folder.Path);
        Assert.Equal([folder], Directory.GetFileSystemEntries(_folder.Path));

        user.Kill();
        user.WaitForExit();
        OwnedPath.RemoveAbandoned(_folder.Path);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [UnixFact]
    public void A_link_is_removed_and_not_what_it_leads_to()
    {
        var target = _folder.File("target/file", "");
        Directory.CreateSymbolicLink(_folder[$"buildpacks-{ProcessIdentity.Current() with { Started = 1 }}.link"], _folder["target"]);

        OwnedPath.RemoveAbandoned(_folder.Path);

        Assert.Equal([_folder["target"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.True(File.Exists(target));
    }

    [SkippableFact]
    public void What_another_user_made_under_such_a_name_stays()
    {
        Requirement.Meet(Requirement.MissingRoot());
        var path = _folder.File($"buildpacks-{ProcessIdentity.Current() with { Started = 1 }}.file", "");
        Testing.Processes.ToolRun.Run("chown", ["65534", path]).Checked();

        OwnedPath.RemoveAbandoned(_folder.Path);

        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_failure() => OwnedPath.RemoveAbandoned(_folder["none"]);
}
