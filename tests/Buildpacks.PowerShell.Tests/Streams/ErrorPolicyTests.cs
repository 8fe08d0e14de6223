using System.Text.RegularExpressions;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Commands.Tests.Streams;

/// <summary>Errors follow PowerShell's rules in every cmdlet: an item that fails is a non-terminating error, a call that cannot run at all a terminating one.</summary>
[Collection(EngineMachineTests.Name)]
public sealed partial class ErrorPolicyTests(EngineMachine machine) : EngineSessionTests(machine)
{
    private const string NoEngine = "-Engine Podman -EngineEndpoint /no/such/podman";

    /// <summary>Calls with one item that fails.</summary>
    public static TheoryData<string> FailedItems =>
    [
        "Invoke-PackBuild localhost/policy -Path /no/such/app -Builder localhost/none",
        "Invoke-PackBuild localhost/policy -Path $folder -Builder localhost/none -PullPolicy Never",
        "Invoke-PackBuild 'Bad Name' -Path $folder -Builder localhost/none",
        "'./none*' | Invoke-PackBuild -Builder localhost/none",
        "New-PackBuilder localhost/policy -Config /no/such/builder.toml",
        "New-PackBuilder localhost/policy -Config nodrive:/builder.toml",
        "Get-PackImage localhost/none",
        "Remove-PackImage localhost/none -Confirm:$false",
        "Copy-PackImage localhost/none -DestinationPath $folder/none.tar",
        "Copy-PackImage -Path /no/such/image.tar -To Podman",
        "Copy-PackImage -Path nodrive:/image.tar -To Podman",
        "'text' | Export-PackLog $folder/log.json",
        "Test-PackProject localhost/policy -Path nodrive:/app -Builder localhost/none",
        "Update-PackImage localhost/none -Confirm:$false",
        "Export-PackSbom localhost/none -DestinationPath $folder/sbom",
        "Get-PackCache localhost/none",
        "Clear-PackCache localhost/none -Confirm:$false",
        "New-PackManifest 'Bad Name'",
        "Get-PackManifest 'Bad Name'",
        "Add-PackManifest localhost/none localhost/none",
        "Set-PackManifest localhost/none -Annotation @{ a = 1 }",
        "Publish-PackManifest localhost/none -Confirm:$false",
        "Remove-PackManifest localhost/none -Confirm:$false",
        "ConvertFrom-PackCommand 'pack unknown'",
        "Set-PackConfig -RemoveTrustedBuilder example.com/none",
    ];

    /// <summary>Cmdlets that do not work on one item after the other: a failure is one of the call, or a result.</summary>
    private static readonly string[] WithoutItems = ["Get-PackConfig", "Get-PackEngine", "Set-PackEngine", "Test-PackEngine"];

    /// <summary>Calls that cannot run at all.</summary>
    public static TheoryData<string> ImpossibleCalls =>
    [
        $"Invoke-PackBuild localhost/policy -Path $folder -Builder localhost/none {NoEngine}",
        $"New-PackBuilder localhost/policy -Config $folder/builder.toml {NoEngine}",
        $"Get-PackImage localhost/none {NoEngine}",
        $"Remove-PackImage localhost/none -Confirm:$false {NoEngine}",
        "Copy-PackImage localhost/none -From Podman -FromEndpoint /no/such/podman -DestinationPath $folder/none.tar",
        "Copy-PackImage localhost/policy/app -To Podman -ToEndpoint /no/such/podman",
        $"Get-PackEngine {NoEngine}",
        "Invoke-PackBuild localhost/policy -Path '' -Builder localhost/none",
        "Remove-PackImage",
        "Set-PackEngine",
        $"Update-PackImage localhost/none -Confirm:$false {NoEngine}",
        $"Export-PackSbom localhost/none -DestinationPath $folder/sbom {NoEngine}",
        $"Get-PackCache {NoEngine}",
        $"Clear-PackCache localhost/none -Confirm:$false {NoEngine}",
        "Clear-PackCache",
        "Update-PackImage",
        "Export-PackSbom",
        "Get-PackManifest -Registry",
        "Set-PackManifest localhost/none",
        "Set-PackConfig",
        "Test-PackProject localhost/policy -Path '' -Builder localhost/none",
    ];

    [Fact]
    public void Every_cmdlet_has_a_call_with_a_failed_item()
    {
        var called = FailedItems.Cast<object[]>().Select(row => (string)row[0]).SelectMany(call => CommandName().Matches(call).Select(match => match.Value));

        Assert.Equal(
            Session.Run("(Get-Module Buildpacks).ExportedCmdlets.Keys").Checked().Texts.Order(),
            called.Concat(WithoutItems).Distinct().Order());
    }

    [SkippableTheory]
    [MemberData(nameof(FailedItems))]
    public async Task An_item_that_fails_is_an_error_that_the_script_decides_about(string call)
    {
        await UseAsync(PackEngineKind.Podman);
        Session.Run("$folder = $args[0]", Folder.Path).Checked();

        var written = Session.Run($"$Error.Clear(); {call} -ErrorVariable kept 6>$null; \"$? $($Error.Count) $($kept.Count)\"");
        Assert.Equal(["False 1 1"], written.Texts);
        var id = Assert.Single(written.Errors).FullyQualifiedErrorId;
        Assert.Null(written.Terminated);

        Assert.Equal([id], Session.Run($"{call} 2>&1 6>$null | ForEach-Object FullyQualifiedErrorId").Checked().Texts);
        Assert.Equal([id], Session.Run($"try {{ {call} -ErrorAction Stop 6>$null }} catch {{ $_.FullyQualifiedErrorId }}").Checked().Texts);
        Assert.Equal([id], Session.Run($"$ErrorActionPreference = 'Stop'; try {{ {call} 6>$null }} catch {{ $_.FullyQualifiedErrorId }}; $ErrorActionPreference = 'Continue'").Checked().Texts);
        Assert.Equal(["0", "1"], Session.Run($"$Error.Clear(); {call} -ErrorAction Ignore 6>$null; $Error.Count; {call} -ErrorAction SilentlyContinue 6>$null; $Error.Count").Checked().Texts);

        var before = Session.Console.Shown.Length;
        Session.Run($"{call} 2>$null 6>$null; {call} -ErrorAction Ignore 6>$null; {call} *>$null").Checked();
        Assert.Equal("", Session.Console.Shown[before..]);
    }

    [SkippableTheory]
    [MemberData(nameof(ImpossibleCalls))]
    public async Task A_call_that_cannot_run_ends_with_a_terminating_error(string call)
    {
        await UseAsync(PackEngineKind.Podman);
        Folder.File("builder.toml", "");
        Session.Run("$folder = $args[0]", Folder.Path).Checked();

        var run = Session.Run($"$Error.Clear(); try {{ {call}; 'went on' }} catch {{ $_.FullyQualifiedErrorId.Split(',')[0] }}").Checked();

        Assert.NotEqual("went on", Assert.Single(run.Texts));
    }

    [SkippableTheory]
    [MemberData(nameof(FailedItems))]
    [InlineData("Get-PackConfig")]
    [InlineData("Get-PackEngine -ListAvailable")]
    [InlineData("Set-PackEngine Podman")]
    [InlineData("Test-PackEngine")]
    [InlineData("Get-PackImage")]
    public async Task Debug_asks_nothing(string call)
    {
        await UseAsync(PackEngineKind.Podman);
        Session.Run("$folder = $args[0]", Folder.Path).Checked();

        Session.Run($"{call} -Debug *>$null");

        Assert.Empty(Session.Console.Questions);
    }

    [SkippableFact]
    public async Task An_engine_that_a_piped_object_names_and_that_is_not_there_leaves_the_other_objects()
    {
        await UseAsync(PackEngineKind.Podman);
        const string script = """
            [pscustomobject] @{ Name = 'localhost/none'; Engine = 'Podman'; Endpoint = '/no/such/podman' },
            [pscustomobject] @{ Name = 'localhost/policy/app' }
            """;

        foreach (var command in new[] { "Get-PackImage", "Copy-PackImage -DestinationPath $args[0]" })
        {
            var run = Session.Run($"{script} | {command}", Folder["layout"]);

            Assert.Single(run.Errors);
            Assert.Null(run.Terminated);
            Assert.Single(run.Output);
        }
    }

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+-Pack\w+")]
    private static partial Regex CommandName();

    protected override async Task PrepareAsync(EngineFixture engine)
    {
        await using var client = engine.CreateEngine();
        await new TestImage { Name = "localhost/policy/app:latest" }.LoadAsync(client);
    }
}
