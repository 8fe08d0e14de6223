using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builds;

[Collection(EngineMachineTests.Name)]
public sealed class InvokePackBuildTests(EngineMachine machine) : IDisposable
{
    private const string Image = "example.org/built/web:latest";

    private readonly PackSession _session = new();

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task A_build_gives_one_object_and_shows_the_lifecycles_output(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = _session.Run($"Invoke-PackBuild {Image} -Path $args[0]", SampleFiles.App("shell-web")).Checked();

        var result = Assert.IsType<BuildResult>(Assert.Single(run.Output));
        Assert.Equal((Image, kind), (result.ImageName, result.Engine));
        Assert.NotEmpty(result.EngineCalls);
        var lines = run.Information.Where(record => record.Tags.Contains("PackLifecycle")).Select(record => record.ToString()).ToList();
        Assert.Contains("===> BUILDING", lines);
        Assert.All(lines, line => Assert.Contains(line, _session.Console.Shown, StringComparison.Ordinal));
        Assert.All(run.Information, record => Assert.Contains(Image, record.Tags));
        Assert.Contains(_session.Console.Progress, record => record.Activity.Contains(Image, StringComparison.Ordinal));
        Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, _session.Console.Progress.Last().RecordType);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_app_that_has_not_changed_gives_the_image_it_gave_before(PackEngineKind kind)
    {
        await UseAsync(kind);
        // A name of its own: of one that the other engine holds too, a build warns.
        var script = $"Invoke-PackBuild example.org/built/site-{kind.ToString().ToLowerInvariant()} -Path $args[0] 6>$null";

        var first = Assert.Single(_session.Run(script, SampleFiles.App("static-site")).Checked().Of<BuildResult>());
        var second = Assert.Single(_session.Run(script, SampleFiles.App("static-site")).Checked().Of<BuildResult>());

        Assert.Equal((first.Id, true, 0), (second.Id, second.Unchanged, second.LayersAdded));
        Assert.Empty(_session.Console.Shown);
    }

    [SkippableFact]
    public async Task Two_runspaces_build_the_same_image_with_different_engines_at_once()
    {
        machine.RequireBoth();
        await SampleBuilder.GetAsync(machine.Podman);
        await SampleBuilder.GetAsync(machine.Docker);

        var run = _session.Run(
            """
            $manifest, $app, $builder = $args
            'Podman', 'Docker' | ForEach-Object -Parallel {
                Import-Module $using:manifest
                Set-PackEngine $_
                Invoke-PackBuild example.org/built/both -Path $using:app -Builder $using:builder -Network none
            } -ThrottleLimit 2
            """,
            Checkout.Manifest, SampleFiles.App("shell-web"), SampleBuilder.Name).Checked();

        var results = run.Of<BuildResult>().ToDictionary(result => result.Engine, result => result.Id);
        Assert.Equal(2, results.Count);
        var lines = run.Information.Where(record => record.Tags.Contains("PackLifecycle")).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.StartsWith("[example.org/built/both] ", line.ToString(), StringComparison.Ordinal));
        foreach (var (kind, id) in results)
        {
            var shown = (await machine.Engine(kind).RunAsync("images", "--no-trunc", "--format", "{{.ID}}", "example.org/built/both")).Checked();
            Assert.Equal(id, shown.Trim());
            Assert.Empty((await machine.Engine(kind).RunAsync("ps", "--all", "--quiet")).Checked().Trim());
        }
    }

    [SkippableFact]
    public async Task Apps_are_built_from_the_pipeline_and_one_that_fails_leaves_the_others()
    {
        await UseAsync(PackEngineKind.Podman);

        var run = _session.Run(
            """
            [pscustomobject] @{ ImageName = 'example.org/built/one'; Path = "$($args[0])/static-site" },
            [pscustomobject] @{ ImageName = 'example.org/built/two'; Path = "$($args[0])/unknown" },
            [pscustomobject] @{ ImageName = 'example.org/built/three'; Path = "$($args[0])/procfile" } | Invoke-PackBuild 6>$null
            """,
            Path.GetDirectoryName(SampleFiles.App("unknown")));

        Assert.Equal(["example.org/built/one:latest", "example.org/built/three:latest"], run.Of<BuildResult>().Select(result => result.ImageName));
        Assert.Equal("example.org/built/two", Assert.Single(run.Errors).TargetObject);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_gets_every_name_that_was_asked_for(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = _session.Run(
            "Invoke-PackBuild example.org/named/site -Path $args[0] -Tag example.org/named/site:v1 6>$null | Get-PackImage", SampleFiles.App("static-site")).Checked();

        Assert.Empty(new[] { "example.org/named/site:v1", "example.org/named/site:latest" }.Except(Assert.Single(run.Of<PackImage>()).Tags));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task The_beginning_of_an_id_is_no_name_of_an_image_that_a_build_uses(PackEngineKind kind)
    {
        await UseAsync(kind);
        var script = $$"""
            $builder, $run = '{{SampleBuilder.Name}}', '{{SampleBuilder.RunImage}}' | ForEach-Object { (Get-PackImage $_).Id.Substring(7) }
            $PSDefaultParameterValues['Invoke-PackBuild:PullPolicy'] = 'Never'
            Invoke-PackBuild example.org/short/id -Path $args[0] -Builder $builder.Substring(0, 11) 6>$null
            Invoke-PackBuild example.org/short/id -Path $args[0] -RunImage $run.Substring(0, 11) 6>$null
            Invoke-PackBuild example.org/short/id -Path $args[0] -Builder $builder.Substring(0, 12) 6>$null
            """;

        var run = _session.Run(script, SampleFiles.App("static-site"));

        Assert.Equal(["ImageIdTooShort", "ImageIdTooShort"], run.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Single(run.Of<BuildResult>());
    }

    [SkippableFact]
    public async Task A_buildpack_that_fails_is_an_error_with_the_phase_and_the_next_step()
    {
        await UseAsync(PackEngineKind.Podman);

        var record = _session.Run("Invoke-PackBuild example.org/built/broken -Path $args[0]", SampleFiles.App("broken-web")).Failure;

        Assert.Equal("BuildpackFailed,Buildpacks.Commands.InvokePackBuildCommand", record.FullyQualifiedErrorId);
        Assert.NotNull(Assert.IsType<PackException>(record.Exception).Phase);
        Assert.NotEmpty(record.ErrorDetails.RecommendedAction);
        Assert.Empty(_session.Run("Get-PackImage example.org/built/broken*").Checked().Output);
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task What_is_secure_in_the_environment_is_hidden_in_every_stream(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = _session.Run(
            """
            $secrets = 'cgi-bin/hello', 'Checking scripts' | ForEach-Object { [Net.NetworkCredential]::new('', $_).SecurePassword }
            $environment = @{ TOKEN = $secrets[0]; LOGIN = [pscredential]::new('somebody', $secrets[1]); BP_GREETING = 'Moin' }
            Invoke-PackBuild example.org/built/secret -Path $args[0] -Env $environment -Verbose -Debug
            """,
            SampleFiles.App("shell-web")).Checked();

        var lines = run.Information.Where(record => record.Tags.Contains("PackLifecycle")).Select(record => record.ToString()).ToList();
        Assert.Contains("---> ***", lines);
        Assert.Contains("     public/***.sh", lines);
        Assert.DoesNotContain(lines.Concat(run.Verbose), line => line.Contains("cgi-bin/hello", StringComparison.Ordinal));
        Assert.DoesNotContain("Checking scripts", _session.Console.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Environment_is_a_table_or_entries_or_variables_and_a_secret_prints_no_value()
    {
        var run = _session.Run(
            """
            $secret = [Net.NetworkCredential]::new('', 's3cret').SecurePassword
            $variables = [Buildpacks.PackVariable]::new('TOKEN', $secret), [Buildpacks.PackVariable] 'OWN', [Buildpacks.PackVariable] 'PLAIN=value'
            "$variables"
            foreach ($given in $variables, @{ TOKEN = $secret }, (@{ TOKEN = $secret }, 'OWN', 'PLAIN=value')) {
                try { Invoke-PackBuild example.org/x -LiteralPath ./absent -Builder none -Env $given -ErrorAction Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            }
            """).Checked();

        Assert.Equal(["TOKEN=*** OWN PLAIN=value", "AppPathNotFound", "AppPathNotFound", "AppPathNotFound"], run.Texts);
    }

    [SkippableFact]
    public async Task WhatIf_builds_nothing()
    {
        await UseAsync(PackEngineKind.Podman);

        var shown = _session.Show("Invoke-PackBuild example.org/not/built -Path $args[0] -WhatIf", SampleFiles.App("static-site"));

        Assert.Contains("example.org/not/built", shown, StringComparison.Ordinal);
        Assert.Empty(_session.Run("Get-PackImage example.org/not/*").Checked().Output);
    }

    [SkippableFact]
    public async Task Verbose_shows_every_engine_call()
    {
        await UseAsync(PackEngineKind.Podman);

        var run = _session.Run("Invoke-PackBuild example.org/built/site -Path $args[0] -Verbose 6>$null", SampleFiles.App("static-site")).Checked();

        var result = Assert.Single(run.Of<BuildResult>());
        Assert.Equal(result.EngineCalls.Count, run.Verbose.Count(message => message.Contains(" -> ", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Ctrl_C_ends_a_build_soon_and_leaves_nothing(PackEngineKind kind)
    {
        await UseAsync(kind);
        var before = await LeftAsync(kind);
        using var app = new TestFolder("many-scripts");

        // The buildpack checks one script after the other: a build that is not over before it is stopped.
        for (var i = 0; i < 3000; i++)
        {
            app.File($"public/cgi-bin/{i}.sh", "#!/bin/sh\n");
        }

        var run = _session.Stop(
            $"Invoke-PackBuild example.org/stopped/app -Path {app.Path}",
            () => _session.Console.Shown.Contains("---> Checking scripts", StringComparison.Ordinal));

        Assert.Empty(run.Output);
        Assert.Equal(before, await LeftAsync(kind));
    }

    private async Task UseAsync(PackEngineKind kind)
    {
        machine.Require(kind);
        await SampleBuilder.GetAsync(machine.Engine(kind));
        _session.Run(
            "Set-PackEngine $args[0]; $PSDefaultParameterValues = @{ 'Invoke-PackBuild:Builder' = $args[1]; 'Invoke-PackBuild:Network' = 'none' }",
            kind, SampleBuilder.Name).Checked();
    }

    /// <summary>The containers and images of an engine. Cache volumes belong to the image's name and stay.</summary>
    private async Task<string[]> LeftAsync(PackEngineKind kind)
    {
        var engine = machine.Engine(kind);
        var left = (await engine.RunAsync("ps", "--all", "--quiet")).Checked() + (await engine.RunAsync("images", "--all", "--quiet")).Checked();

        // Images that are equally old come in any order.
        return [.. left.Split('\n').Order(StringComparer.Ordinal)];
    }
}
