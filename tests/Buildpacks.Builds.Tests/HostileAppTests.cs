using System.Formats.Tar;
using System.Security.Cryptography;
using Buildpacks.Builds.Apps;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Builds.Tests;

/// <summary>An app's folder with all that a file system lets pass: what a container has of it is what the folder has, to the byte.</summary>
public abstract class HostileAppTests(EngineFixture fixture)
{
    private const string Root = "app";

    /// <summary>How many bytes all names and all files have, by the tools of a shell.</summary>
    private const string Census = "find . | wc -c; find . -type f -exec cat {} + | wc -c";

    private static readonly string[] Names =
    [
        "new\nline", "trailing\n", "tab\tand space ", " leading", "-dash", "--help", "日本語/😀", "back\\slash", "\"'$`*?[]{}", "#;&|<>", "a:b=c,d", ".hidden/.../x",
        "\u0001\u007f", new string('n', 255), new string('ü', 127), string.Join('/', Enumerable.Repeat(new string('d', 250), 9)) + "/deep",
    ];

    private static CancellationToken None => CancellationToken.None;

    [SkippableFact]
    public async Task What_a_container_has_is_what_the_folder_has()
    {
        fixture.Require();
        using var app = new TestFolder("hostile");
        Fill(app);
        await using var engine = fixture.CreateEngine();
        var source = AppSource.Open(app.Path, NullLogger.Instance);
        var container = await engine.Containers.CreateAsync(
            new ContainerSpec
            {
                Image = await new TestImage { Name = "test/hostile:1" }.LoadAsync(engine),
                Network = "none",
                User = "0:0",
                Entrypoint = [],
                Command = ["sh", "-c", $"cd /{Root} && {Census} && [ -z \"$(find . ! -user 1000)\" ]"],
            },
            None);
        try
        {
            await engine.Containers.CopyToAsync(
                container, "/", (stream, cancellation) => BufferedTar.WriteAsync(
                    stream, (tar, token) => source.WriteAsync(tar, Root, new TarOwner(1000, 1001), progress: null, special: null, token), cancellation), None);

            var local = Local(app);
            Assert.Equal(local, await InContainerAsync(engine, container));

            // The same, as a process in the container sees it.
            var seen = new OutputCapture();
            Assert.Equal(0, await engine.Containers.AttachAsync(container, start: true, seen, None));
            Assert.Equal((await ToolRun.RunAsync("sh", ["-c", $"cd '{app.Path}' && {Census}"])).Checked(), seen.Output);
        }
        finally
        {
            await engine.Containers.RemoveAsync(container, force: true, None);
        }
    }

    private static void Fill(TestFolder app)
    {
        foreach (var name in Names)
        {
            app.File(name, "content of " + name);
        }

        for (var i = 0; i < 1000; i++)
        {
            app.File($"wide/{i}", $"{i}");
        }

        var bytes = new byte[300_001];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(app["random"], bytes);
        app.File("empty", "");
        app.Folder("empty-folder");
        using (var sparse = File.Create(app["sparse"]))
        {
            sparse.SetLength(3_000_000);
        }

        File.SetUnixFileMode(app.File("mode-400", "x"), UnixFileMode.UserRead);
        app.Script("mode-755", "#!/bin/sh");
        foreach (var (link, target) in new[] { ("loop", "loop"), ("up", "../.."), ("absolute", "/etc/passwd"), ("dangling", "no/where"), ("odd", "new\nline"), ("long", new string('t', 4000)) })
        {
            File.CreateSymbolicLink(app["link-" + link], target);
        }
    }

    /// <summary>Each path with what is there.</summary>
    private static SortedDictionary<string, string> Local(TestFolder app)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Walk(new DirectoryInfo(app.Path)))
        {
            found[Path.GetRelativePath(app.Path, entry.FullName)] = entry.LinkTarget is { } target ? "link " + target
                : entry is DirectoryInfo ? "folder"
                : $"file {Convert.ToString((int)entry.UnixFileMode, 8)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName)))}";
        }

        return found;
    }

    /// <summary>All below a folder; .NET's own way of it follows links.</summary>
    private static IEnumerable<FileSystemInfo> Walk(DirectoryInfo folder) => folder.EnumerateFileSystemInfos().SelectMany(
        entry => entry is DirectoryInfo { LinkTarget: null } below ? Walk(below).Prepend(entry) : [entry]);

    private static async Task<SortedDictionary<string, string>> InContainerAsync(IEngine engine, string container)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using var archive = await engine.Containers.CopyFromAsync(container, "/" + Root, None);
        await using var tar = new TarReader(archive);
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
        {
            var path = entry.Name.TrimEnd('/')[Root.Length..].TrimStart('/');
            if (path.Length > 0)
            {
                found[path] = entry.EntryType switch
                {
                    TarEntryType.SymbolicLink => "link " + entry.LinkName,
                    TarEntryType.Directory => "folder",
                    _ => $"file {Convert.ToString((int)entry.Mode, 8)} {Convert.ToHexString(SHA256.HashData(entry.DataStream ?? Stream.Null))}",
                };
            }
        }

        return found;
    }
}
