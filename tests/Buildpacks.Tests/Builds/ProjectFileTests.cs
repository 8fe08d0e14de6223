using System.Formats.Tar;
using System.IO.Compression;
using Buildpacks.Builds;
using Buildpacks.Builds.Planning;
using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Reporting;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Buildpacks.Tests.Builders;
using Microsoft.Extensions.Logging;
using TarFile = Buildpacks.Tests.Builders.TarFile;

namespace Buildpacks.Tests.Builds;

/// <summary>What a build takes from the project.toml of its app.</summary>
public sealed class ProjectFileTests : IDisposable, IPackSink
{
    private const string Head = "[_]\nschema-version = \"0.3\"\n";

    private readonly TestFolder _folder = new("project");
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    void IPackSink.Log(PackLogLevel level, string category, string message)
    {
        if (level == PackLogLevel.Warning)
        {
            _warnings.Add(message);
        }
    }

    void IPackSink.Progress(PackProgress progress)
    {
    }

    void IPackSink.Output(PackOutputLine line)
    {
    }

    private PackConfig Configuration { get; set; } = new() { Path = "" };

    private BuildRequest Request => new() { ImageName = "image", Path = _folder["app"] };

    [Fact]
    public void An_app_without_a_descriptor_is_built_as_the_caller_says()
    {
        _folder.File("app/file", "x");

        Assert.Equal("NoBuilder", Assert.Throws<PackException>(() => Read(Request)).ErrorId);
        Assert.Equal("b/named", Read(Request with { Builder = "b/named" }).Builder.Spelling);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void What_nobody_else_says_is_taken_from_the_configuration()
    {
        _folder.File("app/file", "x");
        Assert.Equal(PullPolicy.IfNotPresent, Read(Request with { Builder = "b/named" }).PullPolicy);

        Configuration = Configuration with { DefaultBuilder = "b/default", PullPolicy = PullPolicy.Never };

        Assert.Equal(("b/default", PullPolicy.Never), (Read(Request).Builder.Spelling, Read(Request).PullPolicy));
        Assert.Equal("b/default", BuildInputs.Check(Request, Configuration));
        Assert.Equal(("b/named", PullPolicy.Always), Read(Request with { Builder = "b/named", PullPolicy = PullPolicy.Always }) is var read ? (read.Builder.Spelling, read.PullPolicy) : default);
        Project("[io.buildpacks]\nbuilder = \"b/project\"\n");
        Assert.Equal("b/project", Read(Request).Builder.Spelling);
    }

    [Fact]
    public void The_builder_and_the_environment_are_taken_unless_the_caller_gives_others()
    {
        Project("""
            [io.buildpacks]
            builder = "b/project"
            [[io.buildpacks.build.env]]
            name = "A"
            value = "project"
            [[io.buildpacks.build.env]]
            name = "B"
            value = "project"
            [[io.buildpacks.build.env]]
            name = "C"
            value = "project"
            [[io.buildpacks.build.env]]
            name = "TEST"
            value = "x"
            exec-env = ["test"]
            [[io.buildpacks.build.env]]
            name = "PRODUCTION"
            value = "x"
            exec-env = ["test", "production"]
            """);
        var file = _folder.File("env", "B=file\nC=file\n");

        var inputs = Read(Request with { Env = ["C=parameter"], EnvFiles = [file] });

        Assert.Equal("b/project", inputs.Builder.Spelling);
        Assert.Equal("b/mine", Read(Request with { Builder = "b/mine" }).Builder.Spelling);
        Assert.Equal(["A=project", "B=file", "C=parameter", "PRODUCTION=x"], inputs.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
        Assert.Equal(["A", "B", "C", "PRODUCTION", "TEST"], Read(Request with { ExecEnv = "test" }).Environment.Keys.Order());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Variables_of_the_platform_are_taken_from_nobody()
    {
        _folder.File("app/project.toml", Head + "[[io.buildpacks.build.env]]\nname = 'CNB_OF_PROJECT'\nvalue = 'secret'\n[[io.buildpacks.build.env]]\nname = 'KEPT'\nvalue = 'yes'\n");
        var file = _folder.File("variables.env", "CNB_OF_FILE=secret\nCNBX=1\n");

        var environment = Read(Request with { Builder = "b/named", Env = ["CNB_STACK_ID=secret"], EnvFiles = [file] }).Environment;

        Assert.Equal(["CNBX=1", "KEPT=yes"], environment.Select(variable => $"{variable.Key}={variable.Value}").Order(StringComparer.Ordinal));
        var warning = Assert.Single(_warnings);
        Assert.Contains("CNB_OF_FILE, CNB_OF_PROJECT, CNB_STACK_ID are ignored", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_takes_the_place_of_the_builders_order()
    {
        Project("""
            [io.buildpacks]
            builder = "b"
            [[io.buildpacks.group]]
            id = "a/one"
            version = "1"
            [[io.buildpacks.group]]
            uri = "urn:cnb:builder:a/two"
            [[io.buildpacks.group]]
            id = "a/test"
            exec-env = ["test"]
            """);

        var selection = Read(Request).Buildpacks!;
        var around = Read(Request with { PreBuildpacks = ["c/pre"], PostBuildpacks = ["c/post"] }).Buildpacks!;
        var mine = Read(Request with { Buildpacks = ["c/mine"] }).Buildpacks!;

        Assert.False(selection.AroundBuilder);
        Assert.Equal(["a/one@1", "urn:cnb:builder:a/two"], selection.Before.Select(entry => $"{entry}"));
        Assert.Equal(["c/pre", "a/one@1", "urn:cnb:builder:a/two", "c/post"], around.Before.Select(entry => $"{entry}"));
        Assert.Equal(["c/mine"], mine.Before.Select(entry => $"{entry}"));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Buildpacks_go_around_the_builders_order()
    {
        Project("""
            [io.buildpacks]
            builder = "b"
            [[io.buildpacks.pre.group]]
            id = "a/pre"
            [[io.buildpacks.post.group]]
            id = "a/post"
            """);

        var selection = Read(Request).Buildpacks!;
        var mine = Read(Request with { PreBuildpacks = ["c/pre"] }).Buildpacks!;

        Assert.Equal(("a/pre", "a/post", true), ($"{Assert.Single(selection.Before)}", $"{Assert.Single(selection.After)}", selection.AroundBuilder));
        Assert.Equal(("c/pre", "a/post"), ($"{Assert.Single(mine.Before)}", $"{Assert.Single(mine.After)}"));
    }

    [Fact]
    public void Paths_start_at_the_folder_of_the_descriptor()
    {
        Project("[io.buildpacks]\nbuilder = \"b\"\n[[io.buildpacks.group]]\nuri = \"mine\"\n[[io.buildpacks.group]]\nuri = \"../theirs\"\n");
        var other = _folder.File("other/build.toml", File.ReadAllText(_folder["app/project.toml"]));
        foreach (var folder in new[] { "app/mine", "other/mine", "theirs" })
        {
            _folder.Folder(folder);
        }

        Assert.Equal([_folder["app/mine"], _folder["theirs"]], Read(Request).Buildpacks!.Before.Select(locator => locator.Value));
        Assert.Equal([_folder["other/mine"], _folder["theirs"]], Read(Request with { Descriptor = other }).Buildpacks!.Before.Select(locator => locator.Value));
    }

    [Fact]
    public async Task A_script_is_a_buildpack()
    {
        Project("""
            [io.buildpacks]
            builder = "b"
            [[io.buildpacks.group]]
            id = "me/inline"
            script = { api = "0.10", inline = "echo 'in line'\necho \"two\"", shell = "/bin/bash -e" }
            """);

        var locator = Assert.Single(Read(Request).Buildpacks!.Before);
        await using var module = Assert.Single(await locator.Script!.ReadAsync(ModuleKind.Buildpack, CancellationToken.None));

        Assert.Equal(("me/inline@0.0.0", "0.10"), (module.Descriptor.FullName, module.Descriptor.Api));
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            await module.Layer.CopyToAsync(writer, CancellationToken.None);
        }

        var entries = TarFile.Describe(tar.ToArray());
        Assert.Contains("RegularFile 755 0:0 cnb/buildpacks/me_inline/0.0.0/bin/build #!/bin/bash -e\n\necho 'in line'\necho \"two\"", entries);
        Assert.Contains("RegularFile 755 0:0 cnb/buildpacks/me_inline/0.0.0/bin/detect #!/bin/bash -e\n\nexit 0", entries);
    }

    [Theory]
    [InlineData("id = 'a'\nscript = { inline = 'x' }", "'io.buildpacks.group[0].script.api' is missing")]
    [InlineData("id = 'a'\nscript = { api = '0.10' }", "'io.buildpacks.group[0].script.inline' is missing")]
    [InlineData("id = 'a'\nscript = { api = 'new', inline = 'x' }", "is 'new', which is not an API version")]
    [InlineData("id = 'a b'\nscript = { api = '0.10', inline = 'x' }", "an id contains only letters")]
    [InlineData("id = 'a'\nversion = '../1'\nscript = { api = '0.10', inline = 'x' }", "is '../1', which is not a version")]
    [InlineData("uri = './a'\nscript = { api = '0.10', inline = 'x' }", "and 'uri' cannot be combined")]
    [InlineData("id = 'a'\nscript = { api = '0.10', inline = 'x', shell = \"a\\nb\" }", "has more than one line")]
    public void A_script_that_is_not_complete_is_refused(string buildpack, string problem)
    {
        Project("[io.buildpacks]\nbuilder = \"b\"\n[[io.buildpacks.group]]\n" + buildpack);

        var failure = Assert.Throws<PackException>(() => Read(Request));

        Assert.Equal("ProjectTomlInvalid", failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_around_the_order_is_ignored_with_a_warning_where_a_group_takes_its_place()
    {
        Project("[io.buildpacks]\nbuilder = \"b\"\n[[io.buildpacks.group]]\nid = \"a/one\"\n[[io.buildpacks.pre.group]]\nid = \"a/pre\"\n");

        Assert.Equal("a/one", $"{Assert.Single(Read(Request).Buildpacks!.Before)}");
        Assert.Contains("'io.buildpacks.pre.group' is ignored", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_or_a_folder_of_that_name_is_no_descriptor_and_a_link_to_a_file_is_one()
    {
        _folder.File("app/file", "x");
        ToolRun.Run("mkfifo", [_folder["app/project.toml"]]).Checked();
        Assert.Equal("b", Read(Request with { Builder = "b" }).Builder.Spelling);

        File.Delete(_folder["app/project.toml"]);
        File.CreateSymbolicLink(_folder["app/project.toml"], "project.toml");
        Assert.Equal("b", Read(Request with { Builder = "b" }).Builder.Spelling);

        File.Delete(_folder["app/project.toml"]);
        File.CreateSymbolicLink(_folder["app/project.toml"], _folder.File("real.toml", Head + "[io.buildpacks]\nbuilder = \"b/linked\"\n"));
        Assert.Equal("b/linked", Read(Request).Builder.Spelling);

        File.Delete(_folder["app/project.toml"]);
        _folder.Folder("app/project.toml");
        Assert.Equal("b", Read(Request with { Builder = "b" }).Builder.Spelling);
    }

    [Fact]
    public void A_key_that_is_not_known_is_a_warning()
    {
        Project("[io.buildpacks]\nbuilder = \"b\"\ncolour = \"red\"\n");

        Read(Request);

        Assert.Contains("unknown key 'io.buildpacks.colour'", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_descriptor_that_is_named_is_read_in_the_place_of_the_apps_and_has_to_exist()
    {
        Project("[io.buildpacks]\nbuilder = \"b/app\"\n");
        var other = _folder.File("other.toml", Head + "[io.buildpacks]\nbuilder = \"b/other\"\n");

        Assert.Equal("b/other", Read(Request with { Descriptor = other }).Builder.Spelling);
        Assert.Equal("ProjectTomlNotFound", Assert.Throws<PackException>(() => Read(Request with { Descriptor = _folder["none.toml"] })).ErrorId);
    }

    [Fact]
    public void A_descriptor_that_is_not_UTF_8_is_refused_with_its_line()
    {
        Project("");
        File.WriteAllBytes(_folder["app/project.toml"], [.. "[build]\nbuilder = '"u8, 0xE9, .. "'\n"u8]);

        var failure = Assert.Throws<PackException>(() => Read(Request));

        Assert.Equal("ProjectTomlInvalid", failure.ErrorId);
        Assert.Contains("line 2 is not valid UTF-8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_excluded_is_not_sent_from_a_folder_or_an_archive()
    {
        Project("[io.buildpacks]\nbuilder = \"b\"\nexclude = [\".env\", \"*.log\", \"!keep.log\", \"/node_modules/\", \"docs/**/draft\"]\n");
        foreach (var file in new[] { ".env", "a/.env", "a.log", "a/keep.log", "node_modules/x/y", "sub/node_modules/z", "docs/a/draft/x", "docs/final" })
        {
            _folder.File("app/" + file, file);
        }

        string[] expected = ["a/", "a/keep.log", "docs/", "docs/a/", "docs/final", "project.toml", "sub/", "sub/node_modules/", "sub/node_modules/z"];

        Assert.Equal(expected, await SentAsync(Request));
        Assert.Equal(expected, await SentAsync(Request with { Path = Zip(withFolders: true) }));
        Assert.Equal(expected.Where(path => path != "docs/a/"), await SentAsync(Request with { Path = Zip(withFolders: false) }));
        Assert.Equal(expected, await SentAsync(Request with { Path = await TarAsync() }));
    }

    [Fact]
    public async Task Only_what_is_included_is_sent_and_the_folders_it_lies_in()
    {
        Project("[io.buildpacks]\nbuilder = \"b\"\ninclude = [\"*.jar\", \"/public/\", \"!secret\"]\n");
        foreach (var file in new[] { ".env", "a/b/c/app.jar", "a/b/other", "public/index.html", "public/secret", "sub/public/x", "empty/e/f" })
        {
            _folder.File("app/" + file, file);
        }

        File.SetUnixFileMode(_folder["app/a"], (UnixFileMode)0b111_000_000);
        string[] expected = ["a/", "a/b/", "a/b/c/", "a/b/c/app.jar", "public/", "public/index.html", "public/secret"];

        Assert.Equal(expected, await SentAsync(Request));
        Assert.Equal(expected, await SentAsync(Request with { Path = Zip(withFolders: true) }));
        Assert.Equal(expected, await SentAsync(Request with { Path = Zip(withFolders: false) }));
        Assert.Contains("Directory 700 7:8 workspace/a/", await EntriesAsync(Request));
        Assert.Contains("Directory 700 7:8 workspace/a/", await EntriesAsync(Request with { Path = Zip(withFolders: true) }));
        Assert.Equal(expected, await SentAsync(Request with { Path = await TarAsync() }));
        Assert.Contains("Directory 700 7:8 workspace/a/", await EntriesAsync(Request with { Path = await TarAsync() }));
    }

    [Fact]
    public async Task The_descriptor_of_a_tar_archive_is_read_and_a_large_one_is_an_error()
    {
        Project("[io.buildpacks]\nbuilder = \"b/of-tar\"\n");

        Assert.Equal("b/of-tar", Read(Request with { Path = await TarAsync() }).Builder.Spelling);

        File.WriteAllBytes(_folder["app/project.toml"], new byte[(1024 * 1024) + 1]);
        var failure = Assert.Throws<PackException>(() => Read(Request with { Path = TarAsync().GetAwaiter().GetResult() }));

        Assert.Equal("ProjectTomlInvalid", failure.ErrorId);
        Assert.Contains("larger than 1 MB", failure.Message, StringComparison.Ordinal);
    }

    private BuildInputs Read(BuildRequest request) => BuildInputs.Read(request, Configuration, new SinkLoggerFactory(this).CreateLogger("test"));

    private void Project(string text) => _folder.File("app/project.toml", Head + text);

    private string Zip(bool withFolders)
    {
        var path = _folder[$"{withFolders}.zip"];
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var entry in new DirectoryInfo(_folder["app"]).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(_folder["app"], entry.FullName);
            if (entry is DirectoryInfo && withFolders)
            {
                zip.CreateEntry(name + "/").ExternalAttributes = (0x4000 | (int)entry.UnixFileMode) << 16;
            }
            else if (entry is FileInfo)
            {
                zip.CreateEntryFromFile(entry.FullName, name);
            }
        }

        return path;
    }

    private async Task<string> TarAsync()
    {
        var path = _folder["app.tar"];
        File.Delete(path);
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(_folder["app"], path, includeBaseDirectory: false);
        return path;
    }

    private async Task<IEnumerable<string>> SentAsync(BuildRequest request) =>
        (await EntriesAsync(request)).Select(entry => entry.Split(' ')[3]["workspace/".Length..]).Where(path => path.Length > 0).Order(StringComparer.Ordinal);

    private async Task<IReadOnlyList<string>> EntriesAsync(BuildRequest request)
    {
        using var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            await Read(request).App.WriteAsync(tar, "workspace", new TarOwner(7, 8), progress: null, special: null, CancellationToken.None);
        }

        return TarFile.Describe(stream.ToArray());
    }
}
