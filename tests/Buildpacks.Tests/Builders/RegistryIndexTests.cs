using Buildpacks.Configuration;
using Buildpacks.Modules;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Builders;

/// <summary>The index of a buildpack registry in a git repository of this machine.</summary>
public sealed class RegistryIndexTests : IDisposable
{
    private const string Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private readonly TestFolder _folder = new("index");

    public RegistryIndexTests() => Git("init", "--quiet", _folder.Folder("repository"));

    public void Dispose() => _folder.Dispose();

    [LinuxTheory]
    [InlineData("samples/web", "1.10.0")]
    [InlineData("samples/web@1.9.0", "1.9.0")]
    [InlineData("samples/web@2.0.0", "2.0.0")]
    public async Task A_buildpack_is_found_by_its_version_or_in_the_highest_that_was_not_withdrawn(string id, string version)
    {
        Commit("3/we/samples_web", "1.9.0", "1.10.0", "1.10.0-rc.1", "2.0.0 yanked");

        Assert.Equal($"example.org/web-{version}@{Digest}", await FindAsync(id));
    }

    [LinuxTheory]
    [InlineData("samples/web@3", "has the versions 1.9.0 of the buildpack, and not 'samples/web@3'", "BuildpackNotFound")]
    [InlineData("samples/gone", "does not have the buildpack 'samples/gone'", "BuildpackNotFound")]
    [InlineData("samples", "is not the id of a buildpack", "BuildpackInvalid")]
    [InlineData("../../etc/passwd", "is not the id of a buildpack", "BuildpackInvalid")]
    [InlineData("samples/tag", "does not name an image by digest", "RegistryIndexFailed")]
    [InlineData("samples/bad", "is malformed", "RegistryIndexFailed")]
    public async Task What_cannot_be_found_is_an_error_that_names_it(string id, string problem, string errorId)
    {
        _folder.File("repository/3/ta/samples_tag", """{"ns":"samples","name":"tag","version":"1.0.0","addr":"example.org/tag:1"}""");
        _folder.File("repository/3/ba/samples_bad", "{");
        Commit("3/we/samples_web", "1.9.0");

        var failure = await Assert.ThrowsAsync<PackException>(() => FindAsync(id));

        Assert.Equal(errorId, failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("network", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_hostile_index_is_bounded_and_leads_nowhere()
    {
        var marker = _folder["run"];
        File.CreateSymbolicLink(Path.Combine(_folder.Folder("repository/3/li"), "samples_lin"), "/etc/passwd");
        _folder.File("repository/3/fo/samples_fol/inner", "x");
        _folder.File("repository/bi/gg/samples_bigg", new string('x', 17 * 1024 * 1024));
        _folder.File("repository/.gitattributes", "* filter=evil\n");
        _folder.File("repository/.gitmodules", $"[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c 'touch {marker}'\n");
        _folder.File("repository/.git/hooks/post-checkout", $"#!/bin/sh\ntouch {marker}\n");
        _folder.File("repository/.git/hooks/post-upload-pack", $"#!/bin/sh\ntouch {marker}\n");
        File.SetUnixFileMode(_folder["repository/.git/hooks/post-checkout"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Commit("3/we/samples_web", "1.9.0");

        foreach (var id in new[] { "samples/lin", "samples/fol", "samples/bigg" })
        {
            var failure = await Assert.ThrowsAsync<PackException>(() => FindAsync(id));
            Assert.Equal("RegistryIndexFailed", failure.ErrorId);
            Assert.DoesNotContain("root:", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal($"example.org/web-1.9.0@{Digest}", await FindAsync("samples/web"));
        Assert.False(File.Exists(marker));
        Assert.False(Directory.Exists(_folder["copies/x"]));
        var program = await Assert.ThrowsAsync<PackException>(
            () => new RegistryIndex($"ext::sh -c touch% {marker}", _folder["copies"], NullLogger.Instance).FindAsync("samples/web", CancellationToken.None));
        var option = await Assert.ThrowsAsync<PackException>(
            () => new RegistryIndex($"--upload-pack=touch {marker}", _folder["copies"], NullLogger.Instance).FindAsync("samples/web", CancellationToken.None));
        Assert.Equal(("RegistryIndexFailed", "RegistryIndexFailed"), (program.ErrorId, option.ErrorId));
        Assert.False(File.Exists(marker));
    }

    [LinuxFact]
    public async Task Without_fetching_only_a_copy_is_read()
    {
        Commit("ja/va/samples_java", "1.0.0");
        var index = new RegistryIndex(_folder["repository"], _folder["copies"], NullLogger.Instance).WithoutFetch();

        var failure = await Assert.ThrowsAsync<PackException>(() => index.FindAsync("samples/java", CancellationToken.None));
        Assert.Equal("BuildpackNotFound", failure.ErrorId);
        Assert.Contains("the pull policy is Never", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["copies"]));

        await FindAsync("samples/java");
        Commit("ja/va/samples_java", "1.0.0", "1.1.0");
        Assert.Equal($"example.org/java-1.0.0@{Digest}", (await index.FindAsync("samples/java", CancellationToken.None)).Spelling);
    }

    [LinuxFact]
    public async Task What_is_new_is_fetched_and_the_copy_stands_in_for_a_registry_that_is_gone()
    {
        Commit("java/to/samples_x", "1.0.0");
        Commit("ja/va/samples_java", "1.0.0");
        Assert.Equal($"example.org/java-1.0.0@{Digest}", await FindAsync("samples/java"));
        Commit("ja/va/samples_java", "1.0.0", "1.1.0");
        Assert.Equal($"example.org/java-1.1.0@{Digest}", await FindAsync("samples/java"));
        Directory.Move(_folder["repository"], _folder["away"]);

        Assert.Equal($"example.org/java-1.1.0@{Digest}", await FindAsync("samples/java"));
        var failure = await Assert.ThrowsAsync<PackException>(
            () => new RegistryIndex(_folder["other"], _folder["copies"], NullLogger.Instance).FindAsync("samples/java", CancellationToken.None));
        Assert.Equal("RegistryIndexFailed", failure.ErrorId);
        Assert.Contains("git cannot fetch it: ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "1/n_a")]
    [InlineData("ab", "2/n_ab")]
    [InlineData("abc", "3/ab/n_abc")]
    [InlineData("abcd", "ab/cd/n_abcd")]
    public void The_file_of_a_buildpack_is_in_folders_by_its_name(string name, string path) => Assert.Equal(path, RegistryIndex.PathOf("n", name));

    [Theory]
    [InlineData(null, "https://github.com/buildpacks/registry-index")]
    [InlineData("pull-policy = 'always'", "https://github.com/buildpacks/registry-index")]
    [InlineData("default-registry = 'mine'\n[[registries]]\nname = 'mine'\ntype = 'git'\nurl = 'https://example.org/mine'", "https://example.org/mine")]
    [InlineData("[[registries]]\nname = 'mine'\ntype = 'git'\nurl = 'https://example.org/mine'", "https://github.com/buildpacks/registry-index")]
    public void The_default_registry_is_the_one_of_the_configuration(string? configuration, string url)
    {
        if (configuration is not null)
        {
            _folder.File("config.toml", configuration);
        }

        Assert.Equal(url, RegistryIndex.UrlOf(new PackConfigFile(_folder["config.toml"]).Read()));
    }

    [Fact]
    public void A_default_registry_without_an_address_is_an_error() =>
        Assert.Equal("ConfigurationInvalid", Assert.Throws<PackException>(() => RegistryIndex.UrlOf(new PackConfigFile(_folder.File("config.toml", "default-registry = 'mine'")).Read())).ErrorId);

    private async Task<string> FindAsync(string id) =>
        (await new RegistryIndex(_folder["repository"], _folder["copies"], NullLogger.Instance).FindAsync(id, CancellationToken.None)).Spelling;

    private void Commit(string file, params string[] versions)
    {
        var name = file.Split('_')[1];
        _folder.File("repository/" + file, string.Concat(versions.Select(version => version.Split(' ')).Select(parts =>
            $$"""{"ns":"samples","name":"{{name}}","version":"{{parts[0]}}","yanked":{{(parts.Length > 1 ? "true" : "false")}},"addr":"example.org/{{name}}-{{parts[0]}}@{{Digest}}"}""" + "\n")));
        Git("-C", _folder["repository"], "add", ".");
        Git("-C", _folder["repository"], "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "x");
    }

    private static void Git(params string[] arguments) => ToolRun.Run("git", arguments).Checked();
}
