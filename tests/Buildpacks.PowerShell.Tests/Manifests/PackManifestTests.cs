using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Commands.Tests.Manifests;

/// <summary>The cmdlets for indexes, with a real registry and without an engine.</summary>
public sealed class PackManifestTests : IClassFixture<OpenRegistryFixture>, IDisposable
{
    private readonly OpenRegistryFixture _registry;
    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("manifests");
    private readonly ProcessEnvironment _environment = new();

    public PackManifestTests(OpenRegistryFixture registry)
    {
        _registry = registry;
        _environment.With("PACK_HOME", _folder["pack"]).With("XDG_RUNTIME_DIR", null);
    }

    public void Dispose()
    {
        _session.Dispose();
        _environment.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task An_index_is_created_changed_published_and_removed()
    {
        var (one, two, index) = await PrepareAsync();

        var whatIf = _session.Run($"New-PackManifest {index} {one} -WhatIf; Get-PackManifest").Checked();
        var created = _session.Run($"'{one}' | New-PackManifest {index} -Annotation @{{ of = 'index' }}").Checked().Of<PackManifest>().Single();
        var silent = _session.Run($"[pscustomobject] @{{ ImageName = '{two}' }} | Add-PackManifest {index} -Annotation @{{ a = 1 }}").Checked();
        var set = _session.Run($"Get-PackManifest *index* | Set-PackManifest -Image {two} -Architecture arm64 -Variant v8 -PassThru").Checked().Of<PackManifest>().Single();
        var annotations = _session.Run($"(Get-PackManifest {index}).Images[1].Annotations.a").Checked();
        var unset = _session.Run($"Set-PackManifest {index} linux/arm64/v8 -Annotation @{{ a = $null; b = 'c' }} -Variant '' -PassThru").Checked().Of<PackManifest>().Single();
        var published = _session.Run($"Get-PackManifest {index} | Publish-PackManifest").Checked().Of<PackManifestPublication>().Single();
        var remote = _session.Run($"Get-PackManifest {index} -Registry").Checked().Of<PackManifest>().Single();
        var less = _session.Run($"Remove-PackManifest {index} linux/arm64 -PassThru").Checked().Of<PackManifest>().Single();
        var purged = _session.Run($"Publish-PackManifest {index} -Format Docker -Destination registry:{index}-docker, {index}-2 -Purge").Checked().Of<PackManifestPublication>().Single();

        Assert.Empty(whatIf.Output);
        Assert.Equal((index, "index", 1), (created.Name, created.Annotations["of"], created.Images.Count));
        Assert.Empty(silent.Output);
        Assert.Equal(["linux/amd64", "linux/arm64/v8"], set.Images.Select(image => image.Platform));
        Assert.Equal("1", $"{annotations.Output.Single()}");
        Assert.Equal((null, "c", 1), (unset.Images[1].Variant, ((IAnnotated)unset.Images[1]).Annotations["b"], ((IAnnotated)unset.Images[1]).Annotations.Count));
        Assert.Equal((unset.Digest, 2, 1, false), (published.Digest, published.Images, published.ImagesCopied, published.Purged));
        Assert.Equal((published.Digest, _registry.Host, null), (remote.Digest, remote.Registry, remote.IndexPath));
        Assert.Single(less.Images);
        Assert.Equal([$"{index}-docker", $"{index}-2"], purged.Tags);
        Assert.True(purged.Purged);
        Assert.Empty(_session.Run("Get-PackManifest").Checked().Output);
    }

    [SkippableFact]
    public async Task An_index_is_created_straight_in_the_registry()
    {
        var (one, two, index) = await PrepareAsync();

        var published = _session.Run($"New-PackManifest {index} {one}, registry:{two} -Publish -Format Docker").Checked().Of<PackManifestPublication>().Single();
        var found = _session.Run($"Get-PackManifest {index}").Checked().Of<PackManifest>().Single();
        var json = _session.Run($"Get-PackManifest registry:{index} | ForEach-Object {{ $_.Images.Count }}").Checked();

        Assert.Equal((published.Digest, PackManifestFormat.Docker, _registry.Host), (found.Digest, found.Format, found.Location));
        Assert.Equal("2", $"{json.Output.Single()}");
        Assert.False(Directory.Exists(_folder["pack/manifests"]) && Directory.EnumerateDirectories(_folder["pack/manifests"]).Any());
    }

    [SkippableFact]
    public async Task An_index_is_changed_straight_in_the_registry()
    {
        var (one, two, index) = await PrepareAsync();
        _environment.With("XDG_STATE_HOME", _folder["state"]);
        _session.Run($"$null = New-PackManifest {index} {one} -Publish").Checked();

        var added = _session.Run($"Add-PackManifest {index} {two} -Registry -PassThru").Checked().Of<PackManifest>().Single();
        var set = _session.Run($"Set-PackManifest registry:{index} {two} -Architecture arm64 -PassThru").Checked().Of<PackManifest>().Single();
        var silent = _session.Run($"Set-PackManifest {index} -Registry -Annotation @{{ a = 1 }}; Add-PackManifest registry:{index} {one} -WhatIf").Checked();
        var less = _session.Run($"Remove-PackManifest {index} linux/arm64 -Registry -PassThru").Checked().Of<PackManifest>().Single();
        var found = _session.Run($"Get-PackManifest {index} -Registry").Checked().Of<PackManifest>().Single();

        Assert.Equal((2, _registry.Host), (added.Images.Count, added.Registry));
        Assert.Equal(["linux/amd64", "linux/arm64"], set.Images.Select(image => image.Platform));
        Assert.Empty(silent.Output);
        Assert.Single(less.Images);
        Assert.Equal((less.Digest, "1"), (found.Digest, found.Annotations["a"]));
        Assert.Empty(_session.Run("Get-PackManifest").Checked().Output);
        Assert.Equal("ManifestImageNotFound", Error($"Remove-PackManifest {index} linux/s390x -Registry"));
        Assert.Equal("ManifestNotAnIndex", Error($"Add-PackManifest {one} {two} -Registry"));
        Assert.Equal("ManifestNotFound", Error($"Set-PackManifest {index}-none -Annotation @{{ a = 1 }} -Registry"));
        Assert.Equal("ImageNameMissing", Error($"Add-PackManifest localhost/x {two} -Registry"));
        Assert.Equal("ImageNameInvalid", Error($"Add-PackManifest {index}@{found.Digest} {two} -Registry"));
        var removed = _session.Run($"Remove-PackManifest {index} -Registry -PassThru").Checked().Of<PackManifest>().Single();
        Assert.Equal(found.Digest, removed.Digest);
        Assert.Equal("ManifestNotFound", Error($"Remove-PackManifest {index} -Registry"));
    }

    [SkippableFact]
    public async Task An_index_of_the_pipeline_is_changed_and_removed_where_it_was_read()
    {
        var (one, two, index) = await PrepareAsync();
        _environment.With("XDG_STATE_HOME", _folder["state"]);
        _session.Run($"$null = New-PackManifest {index} {one} -Publish; $null = New-PackManifest {index} {two}").Checked();

        _session.Run($"Get-PackManifest {index} -Registry | Set-PackManifest -Annotation @{{ of = 'registry' }}; Get-PackManifest {index} | Set-PackManifest -Annotation @{{ of = 'machine' }}").Checked();
        var read = _session.Run($"Get-PackManifest {index} -Registry | Get-PackManifest; Get-PackManifest {index} | Get-PackManifest").Checked().Of<PackManifest>().ToList();
        _session.Run($"Get-PackManifest {index} -Registry | Remove-PackManifest").Checked();

        Assert.Equal([(_registry.Host, "registry"), (null, "machine")], read.Select(manifest => (manifest.Registry, manifest.Annotations["of"])));
        Assert.Equal([index], _session.Run("Get-PackManifest").Checked().Of<PackManifest>().Select(manifest => manifest.Name));
        Assert.Equal("ImageNotFound", Error($"Get-PackManifest {index} -Registry"));
    }

    [SkippableFact]
    public async Task Failures_are_errors_of_one_index()
    {
        var (one, _, index) = await PrepareAsync();
        _session.Run($"$null = New-PackManifest {index} {one}; $null = New-PackManifest {index}-b").Checked();

        Assert.Equal("ManifestExists", Error($"New-PackManifest {index} {one}"));
        Assert.Equal("ManifestNotFound", Error($"Publish-PackManifest {index}-none, {index} -WarningAction Stop"));
        Assert.Equal("ManifestImageNotFound", Error($"Remove-PackManifest {index} linux/s390x"));
        Assert.Equal("ManifestChangeMissing", Error($"Set-PackManifest {index}"));
        Assert.Equal("ManifestChangeMissing", Error($"Set-PackManifest {index} -Os linux"));
        Assert.Equal("ManifestNotAnIndex", Error($"Get-PackManifest {one}"));
        Assert.Equal("PlatformInvalid", Error($"Add-PackManifest {index} {one} -Platform arm64"));
        Assert.Equal("NameMissing", Error("Get-PackManifest -Registry"));
        Assert.Equal("ManifestNotFound", Error($"Remove-PackManifest {index}-none, {index}-b"));
        Assert.Equal([index], _session.Run("Get-PackManifest").Checked().Of<PackManifest>().Select(manifest => manifest.Name));
        Assert.Contains(index, _session.Complete("Publish-PackManifest "));
    }

    [Fact]
    public void Names_that_have_the_same_folder_do_not_touch_each_other()
    {
        const string name = "example.com/a_b";
        const string other = "example.com/a/b";
        _session.Run($"$null = New-PackManifest {name} -Annotation @{{ of = 'first' }}").Checked();

        Assert.Equal("ManifestNotFound", Error($"Remove-PackManifest {other}"));
        Assert.Equal("ManifestNotFound", Error($"Set-PackManifest {other} -Annotation @{{ a = 1 }}"));
        Assert.Equal("ManifestNotFound", Error($"Publish-PackManifest {other}"));
        Assert.Equal("ManifestExists", Error($"New-PackManifest {other}"));
        var failure = _session.Run($"New-PackManifest {other} -Force").Failure;
        var kept = _session.Run($"Get-PackManifest {name}").Checked().Of<PackManifest>().Single();

        Assert.StartsWith("ManifestExists,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", failure.Exception.Message, StringComparison.Ordinal);
        Assert.Equal((name, "first"), (kept.Name, kept.Annotations["of"]));
        Assert.Equal(name, _session.Run("Get-PackManifest example.com_a_b").Checked().Of<PackManifest>().Single().Name);
        Assert.Equal(other, _session.Run($"Remove-PackManifest {name}; New-PackManifest {other}").Checked().Of<PackManifest>().Single().Name);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{ \"manifests\": [ {} ] }")]
    public void A_malformed_index_is_replaced_and_removed(string content)
    {
        var file = _folder["pack/manifests/example.com_a/index.json"];
        _session.Run("$null = New-PackManifest example.com/a").Checked();
        File.WriteAllText(file, content);

        Assert.Equal("ManifestFileInvalid", Error("Get-PackManifest example.com/a"));
        Assert.Equal("ManifestExists", Error("New-PackManifest example.com/a"));
        Assert.Empty(_session.Run("New-PackManifest example.com/a -Force").Checked().Of<PackManifest>().Single().Images);
        File.WriteAllText(file, content);
        Assert.Empty(_session.Run("Remove-PackManifest example.com/a -PassThru").Checked().Output);
        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
    }

    [Theory]
    [InlineData("sha256:12")]
    [InlineData("SHA256:12")]
    [InlineData("sha512:ab")]
    public void An_incomplete_digest_is_not_the_name_of_an_image(string image)
    {
        _session.Run("$null = New-PackManifest example.com/a").Checked();

        var failure = _session.Run($"Set-PackManifest example.com/a {image} -Os linux").Failure;

        Assert.StartsWith("ManifestImageNotFound,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("not a complete digest", failure.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_name_that_is_published_gets_advice_that_the_cmdlet_can_follow()
    {
        var failure = _session.Run("New-PackManifest localhost/index -Publish").Failure;

        Assert.StartsWith("ImageNameMissing,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("in the name of the index", failure.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ a = @(1, 2) }", "a has several values")]
    [InlineData("@{ b = @{ c = 1 } }", "b has several values")]
    [InlineData("@{ b = [pscustomobject] @{ c = 1 } }", "b has several values")]
    [InlineData("@{ '' = 'x' }", "has no name")]
    [InlineData("@{ a = [securestring]::new() }", "a has a secret")]
    public void An_annotation_has_a_name_and_one_value(string table, string problem)
    {
        foreach (var command in new[] { "New-PackManifest example.com/a", "Add-PackManifest example.com/a example.com/b", "Set-PackManifest example.com/a" })
        {
            var failure = _session.Run($"{command} -Annotation {table}").Failure;
            Assert.StartsWith("ParameterArgumentTransformationError,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(problem, failure.Exception.Message, StringComparison.Ordinal);
        }

        Assert.Empty(_session.Run("Get-PackManifest").Checked().Output);
    }

    [Fact]
    public void Values_of_annotations_become_texts()
    {
        var index = _session.Run("New-PackManifest example.com/a -Annotation ([ordered] @{ n = 1.5; b = $true; t = [datetime]::SpecifyKind('2024-01-02 03:04:05', 'Utc'); u = [uri] 'https://x/y'; none = $null })")
            .Checked().Of<PackManifest>().Single();

        Assert.Equal(
            [("b", "True"), ("n", "1.5"), ("t", "2024-01-02T03:04:05Z"), ("u", "https://x/y")],
            index.Annotations.OrderBy(annotation => annotation.Key, StringComparer.Ordinal).Select(annotation => (annotation.Key, annotation.Value)));
    }

    [Fact]
    public void A_pattern_that_is_not_complete_is_an_error_of_its_own()
    {
        _session.Run("$null = New-PackManifest example.com/a").Checked();

        Assert.Equal("NamePatternInvalid", Error("Get-PackManifest '['"));
        Assert.Equal("example.com/a", _session.Run("Get-PackManifest '[', 'example*' -ErrorAction SilentlyContinue").Of<PackManifest>().Single().Name);
    }

    private string Error(string command) => _session.Run(command).Failure.FullyQualifiedErrorId.Split(',')[0];

    /// <summary>Two images in repositories of their own, and the name of an index in the first.</summary>
    private async Task<(string One, string Two, string Index)> PrepareAsync()
    {
        _registry.Require();
        Skip.If(TestImage.Unavailable is not null, TestImage.Unavailable);
        var team = $"{_registry.Host}/team{Guid.NewGuid():N}";
        foreach (var name in new[] { "one", "two" })
        {
            await using (var archive = File.Create(_folder[$"{name}.tar"]))
            {
                await new TestImage { Name = $"{team}/{name}:1", Environment = [$"NAME={name}"] }.WriteArchiveAsync(archive, default);
            }

            _session.Run($"Copy-PackImage -Path '{_folder[$"{name}.tar"]}' -ToRegistry").Checked();
        }

        return ($"{team}/one:1", $"{team}/two:1", $"{team}/one:index");
    }
}
