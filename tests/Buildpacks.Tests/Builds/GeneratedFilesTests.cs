using System.Formats.Tar;
using System.Text;
using Buildpacks.Builds.Extending;
using Buildpacks.IO;

namespace Buildpacks.Tests.Builds;

public sealed class GeneratedFilesTests
{
    private const string Dockerfile = "ARG base_image\nFROM ${base_image}\nCOPY a /a\n";
    private const string Group = "[[group]]\nid = \"p\"\n[[group-extensions]]\nid = \"team/two\"\n[[group-extensions]]\nid = \"one\"\n";

    [Theory]
    [InlineData("generated/team_two/build.Dockerfile", "generated/team_two/extend-config.toml")]
    [InlineData("generated/build/team_two/Dockerfile", "generated/build/team_two/extend-config.toml")]
    public async Task Dockerfiles_and_arguments_come_in_the_order_of_the_group(string dockerfile, string config)
    {
        await using var files = await ReadAsync(
            ("generated/one/build.Dockerfile", Dockerfile), (dockerfile, Dockerfile), (config, "[[build.args]]\nname = \"x\"\nvalue = \"y\"\n[[run.args]]\nname = \"z\"\n"));

        var steps = files.StepsFor(isForRun: false, (_, _) => Task.CompletedTask);

        Assert.Equal(["team/two", "one"], steps.Select(step => step.Extension));
        Assert.Equal([KeyValuePair.Create("x", "y")], steps[0].Arguments);
        Assert.Empty(files.StepsFor(isForRun: true, (_, _) => Task.CompletedTask));
        Assert.Equal(Group, files.Detected.Group);
    }

    [Fact]
    public async Task The_context_is_that_of_the_image_else_the_shared_one_else_the_app()
    {
        await using var files = await ReadAsync(
            ("generated/one/run.Dockerfile", Dockerfile), ("generated/one/context.run/a", "of the run image"), ("generated/one/build.Dockerfile", Dockerfile),
            ("generated/team_two/run.Dockerfile", Dockerfile), ("generated/team_two/context/sub/a", "shared"));

        var steps = files.StepsFor(isForRun: true, WriteApp);

        Assert.Equal(["sub/a: shared"], await ContentAsync(steps[0]));
        Assert.Equal(["a: of the run image"], await ContentAsync(steps[1]));
        Assert.Equal(["app: app"], await ContentAsync(Assert.Single(files.StepsFor(isForRun: false, WriteApp))));

        static Task WriteApp(Stream destination, CancellationToken cancellationToken) => BufferedTar.WriteAsync(
            destination, (tar, token) => tar.WriteFileAsync("app", TarOwner.Root, "app"u8.ToArray(), token), cancellationToken);
    }

    [Fact]
    public async Task The_same_context_has_the_same_digest_whenever_it_was_written()
    {
        string?[] digests = await Task.WhenAll(new[] { 1, 2 }.Select(async day =>
        {
            await using var files = await ReadAsync(DateTimeOffset.UnixEpoch.AddDays(day), ("generated/one/run.Dockerfile", Dockerfile), ("generated/one/context/a", "a"));
            return Assert.Single(files.StepsFor(isForRun: true, (_, _) => Task.CompletedTask)).ContextDigest;
        }));

        Assert.NotNull(digests[0]);
        Assert.Equal(digests[0], digests[1]);
    }

    [Theory]
    [InlineData("generated/one/run.Dockerfile", 1024 * 1024 + 1, "more than 1048576")]
    [InlineData("analyzed.toml", 1024 * 1024 + 1, "more than 1048576")]
    public async Task What_is_too_large_is_refused(string name, int size, string problem)
    {
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync((name, new string('#', size))));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_Dockerfile_is_refused()
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "layers/generated/one/run.Dockerfile") { LinkName = "/etc/shadow" });
        }

        archive.Position = 0;
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => GeneratedFiles.ReadAsync(archive, CancellationToken.None));

        Assert.Contains("is a SymbolicLink, not a file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_without_the_files_of_detection_is_refused()
    {
        using var archive = new MemoryStream(new byte[1024]);

        Assert.Equal("there is no group.toml", (await Assert.ThrowsAsync<InvalidDataException>(() => GeneratedFiles.ReadAsync(archive, CancellationToken.None))).Message);
    }

    private static Task<GeneratedFiles> ReadAsync(params (string Name, string Text)[] files) => ReadAsync(DateTimeOffset.UnixEpoch, files);

    private static async Task<GeneratedFiles> ReadAsync(DateTimeOffset time, params (string Name, string Text)[] files)
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            var all = files.Concat(new[] { ("group.toml", Group), ("plan.toml", ""), ("analyzed.toml", "") }.Where(file => files.All(given => given.Name != file.Item1)));
            foreach (var (name, text) in all)
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "layers/" + name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), ModificationTime = time });
            }
        }

        archive.Position = 0;
        return await GeneratedFiles.ReadAsync(archive, CancellationToken.None);
    }

    private static async Task<IReadOnlyList<string>> ContentAsync(ExtensionStep step)
    {
        using var archive = new MemoryStream();
        await step.WriteContext!(archive, CancellationToken.None);
        archive.Position = 0;
        await using var tar = new TarReader(archive);
        var files = new List<string>();
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!);
            files.Add($"{entry.Name}: {await reader.ReadToEndAsync()}");
        }

        return files;
    }
}
