using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Engines;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>Platforms of one image, each built by an engine of its own.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class PlatformEngineTests(EngineMachine machine, OpenRegistryFixture registry) : EngineSessionTests(machine), IClassFixture<OpenRegistryFixture>
{
    [SkippableFact]
    public async Task Each_platform_is_built_by_its_engine_and_one_index_is_published()
    {
        registry.Require();
        Machine.RequireBoth();
        await UseAsync(PackEngineKind.Podman);
        foreach (var engine in new EngineFixture[] { Machine.Podman, Machine.Docker })
        {
            engine.LogIn(registry.Host, new RegistryCredential("anyone", "anything"));
        }

        var (builder, run) = (registry.Image("builder:1"), registry.Image("run:1"));
        await using (var podman = Machine.Podman.CreateEngine())
        {
            await PlatformIndex.MakeAsync(podman, SystemBuilder.Name, builder);
            await PlatformIndex.MakeAsync(podman, SystemBuilder.RunImage, run);
        }

        Folder.File("app/app.txt", "hello\n");
        var script = """
            $name, $app, $builder, $run = $args
            $docker = Get-PackEngine -ListAvailable | Where-Object Engine -eq Docker
            Invoke-PackBuild $name $app -Builder $builder -RunImage $run -Network none -Publish -Platform linux/amd64, linux/arm64 -PlatformEngine @{ 'linux/arm64' = $docker }
            """;

        var built = Session.Run(script, registry.Image("app:1"), Folder["app"], builder, run).Checked();
        var logged = Session.Run("$args[0] | Export-PackLog $args[1]; $args[0].Builds.Count", built.Output[0], Folder["build.json"]).Checked();
        var shown = Session.Show(script, registry.Image("app:1"), Folder["app"], builder, run);

        var result = Assert.Single(built.Of<BuildIndexResult>());
        Assert.Equal(
            [("linux/amd64", PackEngineKind.Podman), ("linux/arm64", PackEngineKind.Docker)], result.Images.Select(image => (image.Platform!, image.Engine)));
        Assert.Equal(result.Images.Select(image => image.Digest), result.GetBuilds().Select(build => build.Digest));
        var lines = built.Information.Select(record => record.ToString()).ToList();
        Assert.Contains("[linux/amd64] the buildpack system runs", lines);
        Assert.Contains("[linux/arm64] the buildpack system runs", lines);
        Assert.Equal(["2"], logged.Texts);
        Assert.Empty(logged.Warnings);
        Assert.Contains("===> BUILDING", File.ReadAllText(Folder["build.json"]), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^unchanged\s+linux/amd64, linux/arm64\s+[0-9a-f]{12}\s", shown);
        var index = Assert.Single(Session.Run("Get-PackManifest $args[0] -Registry", registry.Image("app:1")).Checked().Of<PackManifest>());
        Assert.Equal(result.Digest, index.Digest);
        Assert.Equal(["linux/amd64", "linux/arm64"], index.Images.Select(image => image.Platform));
    }

    [Theory]
    [InlineData("-Platform linux/amd64, linux/arm64", "PlatformInvalid", "need -Publish")]
    [InlineData("-Publish -Platform linux/amd64, linux/amd64", "PlatformInvalid", "specified twice")]
    [InlineData("-Publish -Platform linux/amd64, arm", "PlatformInvalid", "'arm' is not a platform")]
    [InlineData("-Publish -Platform linux/amd64, linux/arm64 -CacheImage a/b", "CacheInvalid", "a cache for each platform")]
    [InlineData("-Platform linux/amd64 -PlatformEngine @{ 'linux/arm64' = 'Docker' }", "PlatformEngineInvalid", "does not have this platform")]
    [InlineData("-Platform linux/amd64 -PlatformEngine @{ 'linux/amd64' = 'Lxc' }", "PlatformEngineInvalid", "'Lxc' is not an engine")]
    public void What_does_not_go_together_is_an_error_before_anything_is_built(string arguments, string id, string message)
    {
        Folder.File("app/app.txt", "hello\n");

        var failure = Session.Run($"Invoke-PackBuild example.org/x $args[0] -Builder example.org/y {arguments}", Folder["app"]).Failure;

        Assert.StartsWith(id + ",", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(message, failure.Exception.Message, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    protected override async Task PrepareAsync(EngineFixture engine)
    {
        await using var made = engine.CreateEngine();
        await SystemBuilder.MakeAsync(made, Folder);
    }
}
