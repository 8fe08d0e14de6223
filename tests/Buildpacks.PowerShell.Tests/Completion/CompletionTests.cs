using System.Management.Automation;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Completion;

/// <summary>What Tab offers in the middle of a command.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class CompletionTests(EngineMachine machine) : EngineSessionTests(machine)
{
    private const string AppLabel = """
        {"runImage":{"image":"example/run:1"},"buildpacks":[]}
        """;

    private const string ProcessLabel = """
        {"processes":[{"type":"web","command":["serve"],"args":[],"direct":true,"buildpackID":"a"},{"type":"job's","command":["work"],"args":["hard"],"direct":true,"buildpackID":"a"}]}
        """;

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Buildpacks_of_the_builder_that_was_typed_are_offered(PackEngineKind kind)
    {
        await UseAsync(kind);
        await SampleBuilder.GetAsync(Machine.Engine(kind));

        Assert.Equal(["samples/shell-web", "samples/static-site"], Offers($"Invoke-PackBuild app -Builder {SampleBuilder.Name} -PreBuildpack samples/s"));
        Assert.Equal(
            ["from=builder", "samples/perl", "samples/perl-app", "samples/perl-runtime", "samples/procfile", "samples/shell-web", "samples/static-site"],
            Offers($"Invoke-PackBuild app -Builder {SampleBuilder.Name} -Buildpack "));
        Assert.Equal(["samples/static-site"], Offers("Invoke-PackBuild app -PostBuildpack samples/procfile, static"));
        Assert.Empty(Offers("Invoke-PackBuild app -Builder no/such/builder -PreBuildpack samples/s", expectNone: true));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Builders_and_base_images_are_offered_where_they_belong(PackEngineKind kind)
    {
        await UseAsync(kind);
        await SampleBuilder.GetAsync(Machine.Engine(kind));

        Assert.Contains("localhost/samples/builder", Offers("Invoke-PackBuild app -Builder "));
        Assert.DoesNotContain("localhost/samples/run", Offers("Invoke-PackBuild app -Builder "));
        Assert.Contains("localhost/samples/run", Offers("Invoke-PackBuild app -RunImage "));
        Assert.DoesNotContain("localhost/samples/builder", Offers("Invoke-PackBuild app -RunImage "));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_is_offered_under_a_name_that_means_it_in_the_spelling_that_was_begun(PackEngineKind kind)
    {
        await UseAsync(kind);
        await using var engine = Machine.Engine(kind).CreateEngine();
        await engine.Images.TagAsync("example.org/completion/app:latest", "localhost/spelt:latest", CancellationToken.None);
        await engine.Images.TagAsync("example.org/completion/app:latest", "docker.io/library/spelled:latest", CancellationToken.None);

        Assert.Equal(["spelled", "localhost/spelt"], Offers("Remove-PackImage spel"));
        Assert.Equal(["localhost/spelt"], Offers("Remove-PackImage localhost/sp"));
        Assert.Equal(["localhost/spelt"], Offers("Remove-PackImage 'localhost/sp"));
        Assert.Equal(["localhost/spelt:latest"], Offers("Remove-PackImage localhost/spelt:"));
        Assert.Equal(["docker.io/library/spelled"], Offers("Remove-PackImage docker.io/library/sp"));
        Assert.Equal(["spelled:latest"], Offers("Remove-PackImage spelled:l"));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Process_types_of_the_image_that_was_typed_are_offered(PackEngineKind kind)
    {
        await UseAsync(kind);

        Assert.Equal(["'job''s'", "web"], Offers("Invoke-PackBuild example.org/completion/app -DefaultProcess "));
        Assert.Equal(["web"], Offers("Invoke-PackBuild -ImageName example.org/completion/app:latest -DefaultProcess w"));
        Assert.Empty(Offers("Invoke-PackBuild example.org/completion/none -DefaultProcess w", expectNone: true));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Images_to_copy_are_those_of_the_engine_they_come_from(PackEngineKind kind)
    {
        Machine.RequireBoth();
        await UseAsync(kind);
        await using var engine = Machine.Engine(kind).CreateEngine();
        await engine.Images.TagAsync("example.org/completion/app:latest", $"example.org/completion/only:{kind}", CancellationToken.None);
        Session.Run("Set-PackEngine $args[0]", kind == PackEngineKind.Podman ? PackEngineKind.Docker : PackEngineKind.Podman).Checked();

        Assert.Equal([$"example.org/completion/only:{kind}"], Offers($"Copy-PackImage -From {kind} -Name example.org/completion/only"));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Volumes_are_offered_with_a_colon(PackEngineKind kind)
    {
        await UseAsync(kind);
        await using var engine = Machine.Engine(kind).CreateEngine();
        await engine.Volumes.CreateAsync("completion-one", new Dictionary<string, string>(), CancellationToken.None);
        await engine.Volumes.CreateAsync("completion-two", new Dictionary<string, string>(), CancellationToken.None);

        Assert.Equal(["completion-one:", "completion-two:"], Offers("Invoke-PackBuild app -Volume completion-"));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Networks_are_offered(PackEngineKind kind)
    {
        await UseAsync(kind);
        await using var engine = Machine.Engine(kind).CreateEngine();
        var networks = await engine.Networks.ListAsync(CancellationToken.None);

        Assert.True(SpinWait.SpinUntil(
            () => Session.Complete("Invoke-PackBuild app -Network ").SequenceEqual(networks.Select(network => network.Name).Union(["none", "host"]).Order(StringComparer.Ordinal)),
            Hang.Limit));
    }

    /// <summary>Without a completer, PowerShell offers the files of the folder.</summary>
    [Fact]
    public void Files_are_offered_only_for_paths()
    {
        string[] paths =
        [
            "Config", "Descriptor", "DestinationPath", "EnvFile", "LayoutFolder", "LifecyclePath", "LiteralPath", "Path", "ReportOutputFolder", "SbomOutputFolder",
        ];

        var offered = typeof(PackCmdlet).Assembly.GetExportedTypes().Where(type => typeof(PackCmdlet).IsAssignableFrom(type)).SelectMany(type => type.GetProperties())
            .Where(property => property.IsDefined(typeof(ParameterAttribute), inherit: true) && !HasValuesOfItsOwn(property.PropertyType) && !property.GetCustomAttributes(inherit: true).Any(attribute => attribute is ArgumentCompleterAttribute or ValidateSetAttribute))
            .Select(property => property.Name).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(paths, offered);

        // PowerShell itself offers the values of these types.
        static bool HasValuesOfItsOwn(Type type) =>
            (Nullable.GetUnderlyingType(type.GetElementType() ?? type) ?? type.GetElementType() ?? type) is var plain
            && (plain.IsEnum || plain == typeof(SwitchParameter));
    }

    [SkippableFact]
    public void Contexts_and_connections_are_offered()
    {
        Machine.Require(PackEngineKind.Podman);
        using var environment = WithConnections();

        Assert.Equal(["build-machine"], Offers("Set-PackEngine -Connection "));
        Assert.Equal(["build-machine"], Offers("Get-PackImage -Engine Podman -EngineEndpoint "));
        Assert.Equal(["tcp://build:2375"], Offers("Get-PackImage -Engine Docker -EngineEndpoint "));
        Assert.Equal(["build-machine", "tcp://build:2375"], Offers("Set-PackEngine -EngineEndpoint build"));

        Assert.Equal(["build-machine"], Offers("Copy-PackImage app -To Docker -From Podman -FromEndpoint "));
        Assert.Equal(["tcp://build:2375"], Offers("Copy-PackImage app -From Podman -To Docker -ToEndpoint "));

        // A context is found by its name, although its address is what is typed.
        Assert.Equal(["tcp://build:2375"], Offers("Set-PackEngine Docker -EngineEndpoint faraway"));
    }

    [Theory]
    [InlineData("-Buildpack sa")]
    [InlineData("-DefaultProcess w")]
    [InlineData("-Volume v")]
    [InlineData("-RunImage r")]
    [InlineData("-Network br")]
    public void Tab_is_quiet_when_no_engine_answers(string argument)
    {
        Session.Run("Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock").Checked();
        Session.Complete("Invoke-PackBuild app " + argument);

        Assert.DoesNotContain(Session.Complete("Invoke-PackBuild app " + argument), offer => offer.StartsWith(argument.Split(' ')[1], StringComparison.Ordinal));
        Assert.Empty(Session.Run("$Error | Where-Object { $_.FullyQualifiedErrorId -match 'Docker' }").Checked().Output);
    }

    [LinuxFact]
    public void The_path_of_a_buildpack_is_offered()
    {
        Folder.Folder("my-buildpacks/web");
        Session.Run("Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock; $null = $ExecutionContext.SessionState.Path.SetLocation($args[0])", Folder.Path).Checked();

        Assert.Equal(["./my-buildpacks/web"], Session.Complete("Invoke-PackBuild app -Buildpack ./my-buildpacks/w"));
    }

    [LinuxFact]
    public void Tab_does_not_wait_for_an_engine_that_hangs()
    {
        var program = Folder.Script("podman", $"#!/bin/sh\necho $$ > {Folder["pid"]}.new; mv {Folder["pid"]}.new {Folder["pid"]}\nexec sleep 600\n");
        Session.Complete("Invoke-PackBuild app -Network br");

        Session.Complete($"Invoke-PackBuild app -Engine Podman -EngineEndpoint {program} -Network br");

        // A Tab that waited for the answer would have waited until the question was given up, and podman ended.
        Assert.True(
            SpinWait.SpinUntil(() => File.Exists(Folder["pid"]), Hang.Limit) && Directory.Exists("/proc/" + File.ReadAllText(Folder["pid"]).Trim()),
            "podman has ended");
    }

    [LinuxFact]
    public void The_first_Tab_waits_for_an_engine_that_needs_a_moment()
    {
        var program = Folder.Script("podman", """
            #!/bin/sh
            sleep 0.6
            echo '[{"name":"needs-a-moment","driver":"bridge"}]'
            """);

        Assert.Equal(["needs-a-moment"], Session.Complete($"Invoke-PackBuild app -Engine Podman -EngineEndpoint {program} -Network needs"));
    }

    [SkippableFact]
    public async Task What_was_asked_once_is_not_asked_again_at_once()
    {
        await UseAsync(PackEngineKind.Podman);
        var log = Folder["calls"];
        var program = Folder.Script("podman", $"#!/bin/sh\necho \"$@\" >> {log}\nexec {Machine.PodmanPath} \"$@\"\n");

        Offers($"Invoke-PackBuild example.org/completion/app -Engine Podman -EngineEndpoint {program} -DefaultProcess ");
        Offers($"Invoke-PackBuild example.org/completion/app -Engine Podman -EngineEndpoint {program} -DefaultProcess w");
        Offers($"Get-PackImage -Engine Podman -EngineEndpoint {program} -Name example");

        Assert.Single(File.ReadAllLines(log));
    }

    /// <summary>What Tab offers once an engine has had the time to answer.</summary>
    private IReadOnlyList<string> Offers(string text, bool expectNone = false)
    {
        // Where nothing else is offered, Tab falls back to files.
        IReadOnlyList<string> offers = [];
        SpinWait.SpinUntil(
            () =>
            {
                offers = [.. Session.Complete(text).Where(offer => !offer.StartsWith("./", StringComparison.Ordinal))];
                return offers.Count > 0;
            },
            expectNone ? TimeSpan.FromMilliseconds(500) : Hang.Limit);
        return offers;
    }

    private ProcessEnvironment WithConnections()
    {
        Folder.File("docker/contexts/meta/1/meta.json", """{"Name":"faraway","Endpoints":{"docker":{"Host":"tcp://build:2375"}}}""");
        var settings = Folder.File("containers.conf", File.ReadAllText(Machine.Podman.Environment["CONTAINERS_CONF"]) + """
            [engine.service_destinations.build-machine]
            uri = "ssh://me@machine:22/run/podman.sock"
            """);
        var program = Folder.Script("bin/podman", $"#!/bin/sh\nCONTAINERS_CONF={settings} exec {Machine.Podman.Executable} \"$@\"\n");
        return new ProcessEnvironment()
            .With("PATH", $"{Folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}")
            .With("DOCKER_CONFIG", Folder["docker"]);
    }

    protected override async Task PrepareAsync(EngineFixture engine)
    {
        await using var client = engine.CreateEngine();
        await new TestImage
        {
            Name = "example.org/completion/app:latest",
            Labels = new Dictionary<string, string> { ["io.buildpacks.lifecycle.metadata"] = AppLabel, ["io.buildpacks.build.metadata"] = ProcessLabel },
        }.LoadAsync(client);
    }
}
