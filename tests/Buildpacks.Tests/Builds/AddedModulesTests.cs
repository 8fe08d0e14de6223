using Buildpacks.Builders;
using Buildpacks.Builds;
using Buildpacks.Builds.Planning;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.Engines;
using Buildpacks.Modules;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Builds;

public sealed class AddedModulesTests : IAsyncDisposable
{
    private readonly TestFolder _folder = new("added");
    private readonly AddedModules _added = new(TestModuleSources.Offline(), NullLogger.Instance);

    private readonly BuilderImage _builder = new()
    {
        Name = "test/builder",
        Detail = new ImageDetail
        {
            Id = "sha256:0",
            Config = new OciImageConfig
            {
                Os = "linux",
                Architecture = "amd64",
                Config = new OciContainerConfig { Labels = new Dictionary<string, string> { ["io.buildpacks.stack.id"] = "samples" } },
            },
        },
        Metadata = new BuilderMetadata
        {
            Lifecycle = new LifecycleDescriptor { Version = "0.20.0", Apis = new LifecycleApis { Buildpack = new ApiVersions { Supported = ["0.10"] } } },
        },
        RunImages = [],
        Order = [new OrderGroup { Group = [new OrderEntry { Id = "a/one", Version = "1" }] }],
        OrderExtensions = [],
        BuildpackLayers = new Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>>
        {
            ["a/one"] = new Dictionary<string, ModuleLayer> { ["1"] = new ModuleLayer() },
        },
        System = new SystemOrder(),
        UserId = 1,
        GroupId = 1,
    };

    public async ValueTask DisposeAsync()
    {
        await _added.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_same_id_in_two_versions_is_two_buildpacks()
    {
        Write("two", "a/one", "2");

        Assert.Equal("a/one@2 a/one@1", await ResolveAsync("./two", "from=builder"));
        Assert.Equal([("cnb/buildpacks/a_one/2", false)], Added(_builder));
    }

    [Fact]
    public async Task A_buildpack_of_the_builder_is_replaced_unless_it_is_the_same()
    {
        Write("one", "a/one", "1");
        await ResolveAsync("one");

        Assert.Equal([("cnb/buildpacks/a_one/1", true)], Added(_builder));
        var same = new ModuleLayer { LayerDiffId = _added.For(_builder)[0].Module.Layer.DiffId };
        Assert.Empty(Added(_builder with
        {
            BuildpackLayers = new Dictionary<string, IReadOnlyDictionary<string, ModuleLayer>> { ["a/one"] = new Dictionary<string, ModuleLayer> { ["1"] = same } },
        }));
    }

    [Fact]
    public async Task A_folder_of_the_name_goes_before_a_buildpack_of_the_builder()
    {
        Write("a/one", "mine", "3");

        Assert.Equal("mine@3 a/one@1", await ResolveAsync("a/one", "urn:cnb:builder:a/one"));
    }

    [Fact]
    public async Task A_package_toml_says_where_the_dependencies_of_a_folder_are()
    {
        Write("all", "a/all", "1", "[[order]]\ngroup = [{ id = 'a/dep', version = '7' }, { id = 'a/one', version = '1' }]");
        Write("dep", "a/dep", "7");
        _folder.File("all/package.toml", "[buildpack]\nuri = '.'\n[[dependencies]]\nuri = '../dep'\n");

        Assert.Equal("a/all@1", await ResolveAsync("./all"));
        Assert.Equal(["cnb/buildpacks/a_all/1", "cnb/buildpacks/a_dep/7"], Added(_builder).Select(added => added.Folder));
    }

    [Theory]
    [InlineData("[[dependencies]]\nuri = '../gone'\n", "BuildpackNotFound", "gone does not exist")]
    [InlineData("[[dependencies]]\n", "PackageTomlInvalid", "'dependencies[0].uri' is missing")]
    [InlineData("", "BuildpackNotFound", "a/all@1 needs 'a/dep@7', which is neither in the builder 'test/builder' nor among")]
    public async Task A_dependency_that_is_missing_is_an_error_before_anything_runs(string package, string errorId, string problem)
    {
        Write("all", "a/all", "1", "[[order]]\ngroup = [{ id = 'a/dep', version = '7', optional = true }]");
        _folder.File("all/package.toml", package);

        var failure = await Assert.ThrowsAsync<PackException>(() => ResolveAsync("./all"));

        Assert.Equal(errorId, failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.99", "", "0.12", "BuildpackApiIncompatible")]
    [InlineData("0.10", "[[targets]]\nos = 'linux'\narch = 's390x'", "0.12", "BuildpackTargetIncompatible")]
    [InlineData("0.10", "[[stacks]]\nid = 'other'", "0.11", "BuildpackStackIncompatible")]
    [InlineData("0.10", "[[stacks]]\nid = 'other'", "0.12", null)]
    [InlineData("0.10", "[[targets]]\nos = 'linux'\n[[stacks]]\nid = 'other'", "0.12", null)]
    public async Task What_a_lifecycle_would_refuse_is_refused_before_anything_runs(string api, string platform, string platformApi, string? errorId)
    {
        Write("web", "a/web", "1", platform, api);

        var failure = await Record.ExceptionAsync(() => ResolveForAsync(platformApi, "./web"));

        Assert.Equal(errorId, (failure as PackException)?.ErrorId);
    }

    [Fact]
    public async Task The_targets_of_what_others_need_are_for_the_lifecycle_to_look_at()
    {
        Write("all", "a/all", "1", "[[order]]\ngroup = [{ id = 'a/dep', version = '7', optional = true }]");
        Write("dep", "a/dep", "7", "[[targets]]\nos = 'windows'");
        _folder.File("all/package.toml", "[[dependencies]]\nuri = '../dep'\n");

        Assert.Equal("a/all@1", await ResolveAsync("./all"));
    }

    private IEnumerable<(string Folder, bool IsInBuilder)> Added(BuilderImage builder) => _added.For(builder).Select(added => (added.Folder, added.IsInBuilder));

    private Task<string> ResolveAsync(params string[] buildpacks) => ResolveForAsync("0.12", buildpacks);

    private async Task<string> ResolveForAsync(string platformApi, params string[] buildpacks)
    {
        var selection = BuildpackSelection.Read(new BuildRequest { ImageName = "image", Path = "/", Buildpacks = buildpacks, BaseFolder = _folder.Path });
        Assert.True(ApiVersion.TryParse(platformApi, out var api));
        var order = await _added.ResolveAsync(selection!, _builder, api, CancellationToken.None);
        return string.Join(" | ", order.Select(group => string.Join(' ', group.Group)));
    }

    private void Write(string folder, string id, string version, string more = "", string api = "0.10")
    {
        _folder.File(folder + "/buildpack.toml", $"api = '{api}'\n[buildpack]\nid = '{id}'\nversion = '{version}'\n{more}\n");
        _folder.File(folder + "/bin/detect", "#!/bin/sh\n");
        _folder.File(folder + "/bin/build", "#!/bin/sh\n");
    }
}
