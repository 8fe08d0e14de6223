using Buildpacks.Samples.BaseImages;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Tests.Samples;

public sealed class BaseImageTests : IDisposable
{
    private readonly TestFolder _folder = new("base");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void A_program_says_what_loads_it_and_which_libraries_it_needs()
    {
        Requirement.Meet(Requirement.MissingTool("bash"));

        var elf = ElfFile.Read(Requirement.FindTool("bash")!)!;

        Assert.Contains("ld-linux", elf.Interpreter, StringComparison.Ordinal);
        Assert.Contains("libc.so.6", elf.Libraries);
    }

    [UnixFact]
    public void What_is_no_program_needs_nothing()
    {
        Assert.Null(ElfFile.Read(_folder.File("script", "#!/bin/sh\n")));
        Assert.Null(ElfFile.Read(_folder.File("empty", "")));
        Assert.Null(ElfFile.Read(_folder.File("short", "\u007fELF")));
    }

    [UnixFact]
    public void A_path_through_links_brings_the_links()
    {
        var real = _folder.File("usr/bin/tool", "tool");
        File.CreateSymbolicLink(_folder["bin"], "usr/bin");
        File.CreateSymbolicLink(_folder["usr/bin/alias"], "../bin/tool");
        var files = new FileSet();

        Assert.Equal(real, files.Add(_folder["bin/alias"]));

        Assert.Equal(
            ["bin", "usr", "usr/bin", "usr/bin/alias", "usr/bin/tool"],
            files.Paths.Where(path => path.StartsWith(_folder.Path + "/", StringComparison.Ordinal)).Select(path => Path.GetRelativePath(_folder.Path, path)));
    }

    [UnixFact]
    public void Links_that_lead_nowhere_or_in_circles_add_nothing()
    {
        File.CreateSymbolicLink(_folder["gone"], "nothing");
        File.CreateSymbolicLink(_folder["a"], "b");
        File.CreateSymbolicLink(_folder["b"], "a");
        var files = new FileSet();

        Assert.Null(files.Add(_folder["gone"]));
        Assert.Null(files.Add(_folder["a"]));
        Assert.Empty(files.Paths);
    }

    [SkippableFact]
    public void What_a_recipe_needs_and_the_machine_lacks_is_named()
    {
        Requirement.Meet(Requirement.MissingTool("dpkg-query"));

        var package = Assert.Throws<InvalidDataException>(() => FileCollector.Collect(new ImageRecipe { Name = "x", Packages = ["no-such-package"] }));
        var program = Assert.Throws<InvalidDataException>(() => FileCollector.Collect(new ImageRecipe { Name = "x", Programs = ["no-such-program"] }));

        Assert.Contains("'no-such-package' is missing", package.Message, StringComparison.Ordinal);
        Assert.Contains("'no-such-program' is missing", program.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_sample_images_are_of_a_real_size_and_the_same_every_time()
    {
        Requirement.Meet(SampleBuilder.Missing);
        await using var first = await BaseImage.MakeAsync(SampleFiles.BaseRecipe("run"), extended: null, CancellationToken.None);
        await using var second = await BaseImage.MakeAsync(SampleFiles.BaseRecipe("run"), extended: null, CancellationToken.None);

        Assert.InRange(first.Size, 20_000_000, 120_000_000);
        Assert.Equal(first.Id, second.Id);
    }
}
