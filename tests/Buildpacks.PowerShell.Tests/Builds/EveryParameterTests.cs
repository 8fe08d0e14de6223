using System.Collections;
using System.Management.Automation;
using System.Net.Http.Headers;
using System.Security;
using System.Text;
using System.Text.Json;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Engines;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>One app is built with every parameter that can stand beside the others: into the engine, and into a registry.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class EveryParameterTests(EngineMachine machine, RegistryFixture registry) : EngineSessionTests(machine), IClassFixture<RegistryFixture>
{
    private const string Time = @"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} ";

    private static readonly (string?, string?, string?) Expected = ("/srv/app", "2026-03-04T05:06:07Z", "test");

    /// <summary>Parameters that are in neither build, and why.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        [nameof(InvokePackBuildCommand.LiteralPath)] = "another form of -Path",
        [nameof(InvokePackBuildCommand.SeparatePhases)] = "docker refuses it beside -UsernsHost",
        [nameof(InvokePackBuildCommand.Sparse)] = "for images in layout folders and archives",
        [nameof(InvokePackBuildCommand.InputObject)] = "a path from the pipeline, in the place of -Path",
        [nameof(InvokePackBuildCommand.InputStream)] = "an archive, in the place of -Path",
    };

    [SkippableTheory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Engines))]
    public async Task A_build_into_the_engine_takes_every_parameter_for_it(PackEngineKind kind)
    {
        await UseAsync(kind);
        var parameters = ForEngine(kind);

        var lines = Build(parameters);

        await using var engine = Machine.Engine(kind).CreateEngine();
        var names = new[] { "example.org/every/app:latest", "example.org/every/app:again" };
        var images = await engine.Images.InspectAsync(names, CancellationToken.None);
        Assert.Equal(names.Order(), images.Keys.Order());
        var config = images[names[0]].Config;
        Assert.Equal(Expected, (config.Config!.WorkingDir, config.Created, config.Config.Labels!["io.buildpacks.exec-env"]));
        Assert.Equal(["the buildpack before runs", "the buildpack after runs"], lines.Where(line => line.StartsWith("the buildpack ", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Engines))]
    public async Task A_build_into_a_registry_takes_every_parameter_for_it(PackEngineKind kind)
    {
        registry.Require();
        await UseAsync(kind);
        var runImage = registry.Image("every/run:1");
        await using (var engine = Machine.Engine(kind).CreateEngine())
        {
            Machine.Engine(kind).LogIn(registry.Host, registry.Credential);
            await engine.Images.TagAsync(SystemBuilder.RunImage, runImage, CancellationToken.None);
            await engine.Images.PushAsync(new ImageTransfer(runImage) { Credential = registry.Credential, Insecure = true }, null, CancellationToken.None);
        }

        var lines = Build(ForRegistry(kind, runImage));

        var manifest = await ReadAsync($"every/{kind.ToString().ToLowerInvariant()}/manifests/again");
        var config = await ReadAsync($"every/{kind.ToString().ToLowerInvariant()}/blobs/{manifest.GetProperty("config").GetProperty("digest").GetString()}");
        var container = config.GetProperty("config");
        Assert.Equal(
            Expected,
            (container.GetProperty("WorkingDir").GetString(), config.GetProperty("created").GetString(), container.GetProperty("Labels").GetProperty("io.buildpacks.exec-env").GetString()));
        await ReadAsync($"every/{kind.ToString().ToLowerInvariant()}-cache/manifests/latest");
        Assert.Equal(["the buildpack before runs"], lines.Where(line => line.StartsWith("the buildpack ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_parameter_is_in_a_build_or_has_a_reason()
    {
        var common = Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters);
        var own = new CmdletInfo("Invoke-PackBuild", typeof(InvokePackBuildCommand)).Parameters.Keys.Except(common);

        var known = ForEngine(PackEngineKind.Podman).Keys.Cast<string>().Concat(ForRegistry(PackEngineKind.Podman, "").Keys.Cast<string>()).Concat(Elsewhere.Keys).Distinct();

        Assert.Equal(own.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    protected override async Task PrepareAsync(EngineFixture engine)
    {
        await using var made = engine.CreateEngine();
        await SystemBuilder.MakeAsync(made, Folder);
    }

    /// <summary>Builds twice. The second build reuses what the first made, and gives the same image.</summary>
    /// <returns>What the lifecycle and the buildpacks of the first build wrote.</returns>
    private List<string> Build(Hashtable parameters)
    {
        Session.Run("Set-PackConfig -Registry @{ Name = 'every'; Type = 'git'; Url = $args[0] } -Confirm:$false", Folder["index"]).Checked();

        var first = Session.Run("$parameters = $args[0]; Invoke-PackBuild @parameters", parameters).Checked();
        var second = Session.Run("$parameters = $args[0]; Invoke-PackBuild @parameters", parameters).Checked();

        var result = Assert.Single(first.Of<BuildResult>());
        Assert.Contains("does not exist", Assert.Single(first.Warnings), StringComparison.Ordinal);
        Assert.Empty(second.Warnings);
        Assert.True(Assert.Single(second.Of<BuildResult>()).Unchanged);
        Assert.Equal(("show", parameters["Builder"], parameters["RunImage"]), (result.Processes.Single(process => process.Default).Type, result.Builder, result.RunImage));
        Assert.All(first.Information, record => Assert.Matches(Time, record.ToString()));
        var lines = first.Information.Select(record => record.ToString()![27..]).ToList();
        Assert.Contains("env FROM_TABLE=1", lines);
        Assert.Contains("env FROM_FILE=2", lines);
        Assert.Contains("env FROM_DESCRIPTOR=3", lines);
        Assert.Contains("whoami 1234:2345", lines);
        Assert.Contains("in /srv/app with data", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("===> ", StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(Folder["sboms"], "*", SearchOption.AllDirectories));
        Assert.True(File.Exists(Folder["reports/report.toml"]));
        return lines;
    }

    private Hashtable ForEngine(PackEngineKind kind) => new(Common(kind))
    {
        ["ImageName"] = "example.org/every/app",
        ["Tag"] = new[] { ":again" },
        ["PreviousImage"] = "example.org/every/app:again",
        ["RunImage"] = SystemBuilder.RunImage,
        ["PreBuildpack"] = new[] { SystemBuilder.WriteTalker(Folder, "before") },
        ["PostBuildpack"] = new[] { SystemBuilder.WriteTalker(Folder, "after") },
        ["Extension"] = new[] { ExtendedBuilder.WriteExtension(Folder) },
        ["Cache"] = new[] { "type=build;format=volume;name=every-cache" },
    };

    private Hashtable ForRegistry(PackEngineKind kind, string runImage)
    {
        var password = new SecureString();
        registry.Credential.Password.ToList().ForEach(password.AppendChar);
        var name = registry.Image("every/" + kind.ToString().ToLowerInvariant());
        return new(Common(kind))
        {
            ["ImageName"] = name,
            ["Tag"] = new[] { ":again" },
            ["PreviousImage"] = name + ":again",
            ["RunImage"] = runImage,
            ["Buildpack"] = new[] { SystemBuilder.WriteTalker(Folder, "before"), "from=builder" },
            ["Publish"] = true,
            ["Credential"] = new PSCredential(registry.Credential.Username, password),
            ["InsecureRegistry"] = new[] { registry.Host },
            ["CacheImage"] = name + "-cache",
        };
    }

    private Hashtable Common(PackEngineKind kind)
    {
        Folder.File("app/app.txt", "hello\n");
        Folder.File("app/run.Dockerfile", "ARG base_image\nFROM ${base_image}\nENV EXTENDED=yes\n");
        File.SetUnixFileMode(Folder.Folder("data"), (UnixFileMode)0b111_111_111);
        Folder.File("app/run", "echo \"in $(pwd) with $([ -w /data ] && echo data)\"\n");
        var endpoint = kind == PackEngineKind.Podman ? Machine.PodmanPath : Machine.Docker.Endpoint.OriginalString;
        return new()
        {
            ["Path"] = Folder["app"],
            ["Descriptor"] = Folder.File("own.toml", "[_]\nschema-version = \"0.2\"\n[[io.buildpacks.build.env]]\nname = \"FROM_DESCRIPTOR\"\nvalue = \"3\"\n"),
            ["Builder"] = SystemBuilder.Name,
            ["Env"] = new Hashtable { ["FROM_TABLE"] = "1" },
            ["EnvFile"] = new[] { Folder.File("build.env", "FROM_FILE=2\n") },
            ["Platform"] = new[] { "linux/amd64" },
            ["PlatformEngine"] = new Hashtable { ["linux/amd64"] = $"{kind}:{endpoint}" },
            ["PullPolicy"] = PullPolicy.Never,
            ["ClearCache"] = true,
            ["SbomOutputFolder"] = Folder["sboms"],
            ["ReportOutputFolder"] = Folder["reports"],
            ["Volume"] = new[] { $"{Folder.Folder("data")}:/data:rw" },
            ["Network"] = "none",
            ["Workspace"] = "/srv/app",
            ["UsernsHost"] = true,
            ["DisableSystemBuildpack"] = true,
            ["TrustBuilder"] = true,
            ["TrustExtraBuildpack"] = true,
            ["BuildpackRegistry"] = "every",
            ["LogLevel"] = LifecycleLogLevel.Warn,
            ["Timestamp"] = true,
            ["DefaultProcess"] = "show",
            ["Uid"] = 1234,
            ["Gid"] = 2345,
            ["CreationTime"] = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
            ["ExecEnv"] = "test",
            ["ExportRoute"] = ExportRoute.Layout,
            ["Engine"] = kind,
            ["EngineEndpoint"] = endpoint,
        };
    }

    private async Task<JsonElement> ReadAsync(string path)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{registry.Credential.Username}:{registry.Credential.Password}")));
        foreach (var type in new[] { "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json" })
        {
            client.DefaultRequestHeaders.Accept.ParseAdd(type);
        }

        return JsonDocument.Parse(await client.GetStringAsync(new Uri(registry.Url, "v2/" + path))).RootElement;
    }
}
