using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing.Samples;

/// <summary>The archive of the lifecycle of this checkout, compiled when it is missing or older than its sources.</summary>
public static class LifecycleArchiveFile
{
    /// <summary>Compiling ahead of time takes a minute, and several on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly Lazy<Task<string>> Archive = new(MakeAsync);

    /// <summary>What the machine lacks to make it; <see langword="null"/> for nothing.</summary>
    public static string? Missing => Requirement.MissingTool("dotnet", "clang", "tar", "gzip");

    /// <summary>The archive's path. The first call of a process may take minutes.</summary>
    public static Task<string> GetAsync() => Archive.Value;

    private static async Task<string> MakeAsync()
    {
        var output = Directory.CreateDirectory(Path.Combine(SampleFiles.Root, "out", "lifecycle")).FullName;

        // Test projects run side by side: one compiles, the others wait.
        await using var turn = await TakeTurnAsync(Path.Combine(output, "tests.lock"));
        var project = Path.Combine(SampleFiles.Root, "src", "Buildpacks.Lifecycle");
        var run = await ToolRun.RunAsync(
            "dotnet", ["msbuild", project, "-target:LifecycleArchive", "-nologo", "-verbosity:quiet", "-nodeReuse:false"], limit: Patience);
        run.Checked();
        return new DirectoryInfo(output).EnumerateFiles("lifecycle-*.tgz").MaxBy(file => file.LastWriteTimeUtc)?.FullName
            ?? throw new InvalidOperationException($"no archive in {output}: {run.Output}{run.Error}");
    }

    private static async Task<FileStream> TakeTurnAsync(string path)
    {
        for (var patience = Patience; ; patience -= TimeSpan.FromMilliseconds(200))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (patience > TimeSpan.Zero)
            {
                await Task.Delay(200);
            }
        }
    }
}
