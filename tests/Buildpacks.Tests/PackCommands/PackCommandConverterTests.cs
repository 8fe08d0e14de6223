using Buildpacks.PackCommands;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Tests.PackCommands;

public sealed class PackCommandConverterTests
{
    [Theory]
    [InlineData("pack build web", "Invoke-PackBuild web")]
    [InlineData("pack build web --path ./app -B example/builder:1", "Invoke-PackBuild web -Path ./app -Builder example/builder:1")]
    [InlineData("pack build --builder=b web -pdir", "Invoke-PackBuild web -Builder b -Path dir")]
    [InlineData("pack build web -b a,b --buildpack c@1.2", "Invoke-PackBuild web -Buildpack a, b, c@1.2")]
    [InlineData("pack build web -e A=1 --env 'B=it''s $5' -e C", "Invoke-PackBuild web -Env 'A=1', 'B=its $5', C")]
    [InlineData("pack build web --env \"A=it's\"", "Invoke-PackBuild web -Env 'A=it''s'")]
    [InlineData("pack build web --publish --tag web:1,web:2 --pull-policy if-not-present", "Invoke-PackBuild web -Publish -Tag web:1, web:2 -PullPolicy IfNotPresent")]
    [InlineData("pack build web --timestamps --platform linux/arm64 --workspace app", "Invoke-PackBuild web -Timestamp -Platform linux/arm64 -Workspace app")]
    [InlineData("pack build web --publish=false --clear-cache=true", "Invoke-PackBuild web -ClearCache")]
    [InlineData("pack build \"$REGISTRY/web:${TAG}\" --path .", "Invoke-PackBuild \"${env:REGISTRY}/web:${env:TAG}\" -Path .")]
    [InlineData("DOCKER_HOST=tcp://build:2375 sudo /usr/local/bin/pack -v build web", "$env:DOCKER_HOST = 'tcp://build:2375'; Invoke-PackBuild web -Verbose")]
    [InlineData("pack build web --docker-host tcp://build:2375", "Invoke-PackBuild web -Engine Docker -EngineEndpoint tcp://build:2375")]
    [InlineData("pack build web --docker-host inherit", "Invoke-PackBuild web")]
    [InlineData("pack build web --cache 'type=build;format=bind;source=/c'", "Invoke-PackBuild web -Cache 'type=build;format=bind;source=/c'")]
    [InlineData("pack build web \\\n  --path 'my app' # the shop", "Invoke-PackBuild web -Path 'my app'")]
    [InlineData("pack build -- -odd", "Invoke-PackBuild '-odd'")]
    [InlineData("pack build web -p \"$PWD/app\"", "Invoke-PackBuild web -Path \"${PWD}/app\"")]
    [InlineData("pack inspect-image web", "Get-PackImage web -Detailed")]
    [InlineData("pack rebase web --publish --run-image run:2", "Update-PackImage web -Registry -RunImage run:2")]
    [InlineData("pack sbom download web --remote -o out", "Export-PackSbom web -Registry -DestinationPath out")]
    [InlineData("pack builder create b --config builder.toml", "New-PackBuilder b -Config builder.toml")]
    [InlineData("pack manifest create m a b -f docker", "New-PackManifest m a, b -Format Docker")]
    [InlineData("pack manifest rm m sha256:0 sha256:1", "Remove-PackManifest m sha256:0, sha256:1")]
    [InlineData("pack manifest remove m n", "Remove-PackManifest m, n")]
    [InlineData("pack config default-builder example/builder", "Set-PackConfig -DefaultBuilder example/builder")]
    [InlineData("pack config default-builder --unset", "Set-PackConfig -Clear DefaultBuilder")]
    [InlineData("pack config default-builder", "Get-PackConfig")]
    [InlineData("pack config pull-policy if-not-present", "Set-PackConfig -PullPolicy IfNotPresent")]
    [InlineData("pack config experimental true", "Set-PackConfig -Experimental 1")]
    [InlineData("pack config trusted-builders add a/b", "Set-PackConfig -TrustedBuilder a/b")]
    [InlineData("pack config trusted-builders list", "Get-PackConfig")]
    [InlineData("pack config run-image-mirrors add a/run -m m1/run,m2/run", "Set-PackConfig -RunImageMirror @{ 'a/run' = 'm1/run', 'm2/run' }")]
    [InlineData("pack config registry-mirrors remove docker.io", "Set-PackConfig -RemoveRegistryMirror docker.io")]
    public void A_command_becomes_the_command_of_this_module(string line, string expected) =>
        Assert.Equal(expected, PackCommandConverter.Convert(line)!.Command);

    [Fact]
    public void What_has_no_counterpart_is_a_note()
    {
        var conversion = PackCommandConverter.Convert("pack build web --trust-builder -q --interactive")!;

        Assert.Equal("Invoke-PackBuild web -TrustBuilder", conversion.ToString());
        Assert.Equal(["--quiet", "--interactive", "--pull-policy"], conversion.Notes.Select(note => note.Split(':')[0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  # a comment")]
    public void Lines_without_a_command_are_nothing(string line) => Assert.Null(PackCommandConverter.Convert(line));

    [Theory]
    [InlineData("docker build .", "does not begin with 'pack'")]
    [InlineData("pack build web --colour", "has no flag --colour")]
    [InlineData("pack build web --path", "has no value")]
    [InlineData("pack build 'web", "is not closed")]
    [InlineData("pack build web && rm -rf /", "'&'")]
    [InlineData("pack build $(whoami)", "expression of the shell")]
    [InlineData("pack build \"$1\"", "expression of the shell")]
    [InlineData("pack build web other", "does not take 'other'")]
    [InlineData("pack build", "needs a name")]
    [InlineData("pack manifest rm index", "needs two names")]
    [InlineData("pack build `whoami`", "runs another command")]
    public void A_line_that_is_not_one_command_is_an_error(string line, string problem)
    {
        var failure = Assert.Throws<PackException>(() => PackCommandConverter.Convert(line));

        Assert.Equal(("PackCommandInvalid", line), (failure.ErrorId, failure.Target));
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pack build web --colour")]
    [InlineData("pack build web --path")]
    [InlineData("pack build web other")]
    [InlineData("pack manifest rm index")]
    public void The_next_step_for_wrong_arguments_is_the_help_of_the_command(string line) =>
        Assert.Contains(" --help'", Assert.Throws<PackException>(() => PackCommandConverter.Convert(line)).RecommendedAction, StringComparison.Ordinal);

    [Fact]
    public void A_command_without_a_counterpart_is_named()
    {
        var failure = Assert.Throws<PackException>(() => PackCommandConverter.Convert("pack stack suggest"));

        Assert.Equal("PackCommandUnknown", failure.ErrorId);
        Assert.Contains("'pack stack suggest'", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>What <c>pack build --help</c> of 0.40 lists.</summary>
    [Fact]
    public void Every_flag_of_a_build_is_in_the_table() =>
        Assert.Equal(
            [
                "builder", "buildpack", "buildpack-registry", "cache", "cache-image", "clear-cache", "creation-time", "default-process", "descriptor",
                "disable-system-buildpacks", "docker-host", "env", "env-file", "exec-env", "extension", "gid", "insecure-registry", "interactive", "lifecycle-image",
                "network", "path", "platform", "post-buildpack", "pre-buildpack", "previous-image", "publish", "pull-policy", "report-output-dir", "run-image",
                "sbom-output-dir", "sparse", "tag", "timestamps", "trust-builder", "trust-extra-buildpacks", "uid", "userns-host", "volume", "workspace",
            ],
            PackCommandTable.Commands[0].Flags.Select(flag => flag.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_flag_of_all_commands_is_in_the_table() =>
        Assert.Equal(["force-color", "help", "no-color", "quiet", "timestamps", "verbose"], PackCommandTable.Global.Select(flag => flag.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_flag_without_a_parameter_says_why() =>
        Assert.DoesNotContain(PackCommandConverter.List(), row => row is { Parameter: null, Note: null });

    [Fact]
    public void Any_text_gives_a_command_or_an_error() =>
        Fuzzer.OfText(
            "pack command", ["pack build web -e A=b --path '.'", "A=1 pack rebase $X \\\n --force", "pack manifest create m \"a b\" -f oci"],
            "'", "\"", "\\", "$", "${", "--", "-e", "=", "\n", "#").Run(text => _ = PackCommandConverter.Convert(text));
}
