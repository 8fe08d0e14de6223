using Buildpacks.Builds;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Engines;

/// <summary>Two dockers and a podman: what is piped is looked for in the engine that it names, not in one of the same kind.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class PipedEndpointTests(EngineMachine machine, DockerdFixture other) : IClassFixture<DockerdFixture>, IDisposable
{
    private const string Web = "example.org/piped/web:latest";

    private static readonly Dictionary<string, string> AppLabels = new() { ["io.buildpacks.lifecycle.metadata"] = "{}" };

    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("piped");

    private string Other => other.Endpoint.OriginalString;

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task An_image_goes_from_the_docker_that_holds_it()
    {
        await UseAsync();

        var removed = _session.Run(
            "Get-PackImage example.org/piped/web -Engine Docker -EngineEndpoint $args[0] | Remove-PackImage -PassThru", Other).Checked().Of<PackImage>();

        Assert.Equal(Other, Assert.Single(removed).Endpoint);
        Assert.Equal([[Web], []], [await NamesAsync(machine.Docker), await NamesAsync(other)]);
    }

    [SkippableFact]
    public async Task Images_in_a_variable_go_from_the_dockers_that_hold_them()
    {
        await UseAsync();

        _session.Run(
            "$images = @(Get-PackImage example.org/piped/*) + @(Get-PackImage example.org/piped/* -EngineEndpoint $args[0]); Remove-PackImage -InputObject $images",
            Other).Checked();

        Assert.Equal([[], []], [await NamesAsync(machine.Docker), await NamesAsync(other)]);
    }

    [SkippableFact]
    public async Task Results_of_builds_and_rows_of_tables_name_a_docker_too()
    {
        await UseAsync();
        var result = new BuildResult { ImageName = Web, Id = "", Engine = PackEngineKind.Docker, Endpoint = Other, Location = "", Builder = "", RunImage = "" };

        _session.Run("$args[0] | Remove-PackImage", result).Checked();
        Assert.Equal([[Web], []], [await NamesAsync(machine.Docker), await NamesAsync(other)]);

        // An empty cell is no endpoint: the session's docker is meant.
        var run = _session.Run(
            "[pscustomobject] @{ Name = $args[0]; EngineEndpoint = $args[1] }, [pscustomobject] @{ Name = $args[0]; EngineEndpoint = '' } | Remove-PackImage", Web, Other);
        Assert.StartsWith("ImageNotFound,", Assert.Single(run.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(await NamesAsync(machine.Docker));
    }

    [SkippableFact]
    public async Task An_endpoint_that_is_typed_goes_before()
    {
        await UseAsync();

        _session.Run("Get-PackImage example.org/piped/web | Remove-PackImage -EngineEndpoint $args[0]", Other).Checked();
        Assert.Equal([[Web], []], [await NamesAsync(machine.Docker), await NamesAsync(other)]);

        var failure = _session.Run("Get-PackImage example.org/piped/web | Get-PackImage -EngineEndpoint $args[0]", Other).Failure;
        Assert.StartsWith("ImageNotFound,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_engine_that_is_typed_is_not_looked_for_where_the_other_one_is()
    {
        await UseAsync();
        await using var podman = machine.Podman.CreateEngine();
        await new TestImage { Name = Web, Labels = AppLabels }.LoadAsync(podman);

        var images = _session.Run("Get-PackImage example.org/piped/web -Engine Podman | Get-PackImage -Engine Docker").Checked().Of<PackImage>();

        Assert.Equal(PackEngineKind.Docker, Assert.Single(images).Engine);
    }

    [SkippableFact]
    public async Task Each_docker_is_asked_for_its_own_images()
    {
        await UseAsync();

        var images = _session.Run(
            "@(Get-PackImage example.org/piped/web) + @(Get-PackImage example.org/piped/web -EngineEndpoint $args[0]) | Get-PackImage", Other).Checked().Of<PackImage>();

        Assert.Equal([machine.Docker.Endpoint.OriginalString, Other], images.Select(image => image.Endpoint));
    }

    [SkippableFact]
    public async Task A_copy_comes_from_the_docker_that_holds_the_image_and_is_found_where_it_is()
    {
        await UseAsync();
        await using var engine = machine.Docker.CreateEngine();
        await engine.Images.RemoveAsync(Web, force: true, CancellationToken.None);

        _session.Run("Get-PackImage example.org/piped/* -EngineEndpoint $args[0] | Copy-PackImage -To Podman -NewName example.org/piped/copy", Other).Checked();
        var copy = Assert.Single(_session.Run(
            "Copy-PackImage example.org/piped/copy -From Podman -To Docker -ToEndpoint $args[0]", Other).Checked().Of<PackImageCopy>());
        _session.Run("$args[0] | Remove-PackImage", copy).Checked();

        Assert.Equal(Other, copy.Endpoint);
        Assert.Equal([[], [Web]], [await NamesAsync(machine.Docker), await NamesAsync(other)]);
    }

    [Fact]
    public void Each_docker_is_checked_where_it_is()
    {
        var checks = _session.Run("$args | Test-PackEngine", Nowhere("a"), Nowhere("b")).Checked().Of<PackEngineCheck>();

        Assert.Equal(
            ["unix:///nowhere/a.sock", "unix:///nowhere/b.sock"],
            checks.Where(check => check.Result == PackEngineCheckResult.Failed).Select(check => check.Endpoint));
    }

    [Fact]
    public void A_row_names_the_docker_of_its_build()
    {
        var script = """
            [pscustomobject] @{ ImageName = 'one'; Path = $args[0]; Engine = 'Docker'; EngineEndpoint = 'unix:///nowhere/a.sock' },
            [pscustomobject] @{ ImageName = 'two'; Path = $args[0]; Engine = 'Docker'; EngineEndpoint = 'unix:///nowhere/b.sock' } | Invoke-PackBuild -Builder test/builder
            """;
        _folder.File("app/index.html", "<p></p>\n");

        var errors = _session.Run(script, _folder["app"]).Errors;

        Assert.Equal(["one", "two"], errors.Select(error => error.TargetObject));
        Assert.Contains("unix:///nowhere/a.sock", errors[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("unix:///nowhere/b.sock", errors[1].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Remove-PackImage web -EngineEndpoint ''")]
    [InlineData("Get-PackImage web -Engine Docker -EngineEndpoint $unset")]
    [InlineData("Test-PackEngine -EngineEndpoint ' '")]
    [InlineData("Invoke-PackBuild web -EngineEndpoint ''")]
    [InlineData("Copy-PackImage web -To Docker -FromEndpoint ''")]
    public void An_endpoint_that_was_typed_and_is_empty_is_an_error(string script)
    {
        var failure = _session.Run(script).Failure;

        Assert.StartsWith("ArgumentEmpty,", failure.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Endpoint is empty", failure.ToString(), StringComparison.Ordinal);
    }

    private static PackEngine Nowhere(string name) => new() { Engine = PackEngineKind.Docker, Endpoint = $"unix:///nowhere/{name}.sock" };

    private async Task UseAsync()
    {
        machine.RequireBoth();
        other.Require();
        foreach (var docker in new[] { machine.Docker, other })
        {
            await using var engine = docker.CreateEngine();
            await new TestImage { Name = Web, Labels = AppLabels }.LoadAsync(engine);
        }

        _session.Run("Set-PackEngine Docker").Checked();
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(DockerdFixture docker)
    {
        await using var engine = docker.CreateEngine();
        var images = await engine.Images.ListAsync(new ImageListOptions(), CancellationToken.None);
        return [.. images.SelectMany(image => image.Tags).Where(name => name.StartsWith("example.org/piped/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }
}
