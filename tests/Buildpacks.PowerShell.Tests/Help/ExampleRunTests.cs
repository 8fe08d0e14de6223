using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Help;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>Runs the examples of the cmdlets' pages on real engines, each page in one session, and holds what they show against the pages.</summary>
[Collection(EngineMachineTests.Name)]
public sealed partial class ExampleRunTests(EngineMachine machine, ExampleImages images) : IClassFixture<ExampleImages>, IDisposable
{
    /// <summary>The examples that cannot run here, and why.</summary>
    private static readonly Dictionary<string, string> NotHere = new(StringComparer.Ordinal)
    {
        ["Clear-PackCache 2"] = "no image is gone",
        ["Clear-PackCache 3"] = "no cache is that large",
        ["Clear-PackCache 1"] = "the name of the volume has a random key",
        ["Get-PackCache 3"] = "the name of the volume has a random key",
        ["Get-PackCache 4"] = "there is no registry at registry.example.com",
        ["ConvertFrom-PackCommand 2"] = "there is no script of that name",
        ["Copy-PackImage 2"] = "there is no docker at build:2375",
        ["Copy-PackImage 5"] = "there is no damaged archive",
        ["Export-PackLog 1"] = "the build does not fail",
        ["Export-PackSbom 3"] = "there is no registry at registry.example.com",
        ["Get-PackConfig 1"] = "nothing is set here",
        ["Get-PackConfig 2"] = "nothing is set here",
        ["Get-PackEngine 3"] = "podman is on PATH here",
        ["Copy-PackImage 6"] = "there is no registry at registry.example.com",
        ["Copy-PackImage 7"] = "there is no registry at registry.example.com",
        ["Get-PackImage 6"] = "there is no registry at registry.example.com",
        ["Get-PackImage 7"] = "there is no image of that name in the engine",
        ["Get-PackImage 8"] = "there are no images of that name in the registry",
        ["Invoke-PackBuild 13"] = "there is no registry at registry.example.com",
        ["Invoke-PackBuild 14"] = "there is no registry at registry.example.com",
        ["Add-PackManifest 1"] = "there is no registry at registry.example.com",
        ["Add-PackManifest 2"] = "there is no registry at registry.example.com",
        ["Get-PackManifest 2"] = "there is no registry at registry.example.com",
        ["New-PackManifest 1"] = "there is no registry at registry.example.com",
        ["New-PackManifest 3"] = "there is no registry at registry.example.com",
        ["Publish-PackManifest 1"] = "there is no registry at registry.example.com",
        ["Publish-PackManifest 2"] = "there is no registry at registry.example.com",
        ["Remove-PackManifest 2"] = "there is no registry at registry.example.com",
        ["Set-PackManifest 1"] = "there is no registry at registry.example.com",
        ["Invoke-PackBuild 17"] = "there is no machine arm.example.com",
        ["Invoke-PackBuild 15"] = "the repository is on the internet",
        ["Invoke-PackBuild 18"] = "Format-List wraps the paths of a temporary folder",
        ["Remove-PackImage 4"] = "no container uses the image",
        ["Set-PackConfig 4"] = "what is shown depends on the configuration",
        ["Set-PackEngine 2"] = "there is no machine behind the connection",
        ["Set-PackEngine 3"] = "no docker of user 1000 listens here",
        ["Test-PackEngine 3"] = "it shows nothing, or ends the session",
        ["Test-PackEngine 4"] = "no registry keeps a login of alice's",
        ["Test-PackProject 4"] = "it shows nothing, or ends the session",
        ["Update-PackImage 3"] = "there is no registry at registry.example.com",
        ["Update-PackImage 4"] = "there is no registry at registry.example.com",
    };

    private readonly PackSession _session = new();

    public static TheoryData<string> Cmdlets => HelpPages.Cmdlets;

    public void Dispose()
    {
        _session.Dispose();
        machine.RemoveConfiguration();
    }

    [Fact]
    public void What_cannot_run_here_is_an_example_of_a_page()
    {
        var known = HelpPages.Names.SelectMany(name => Enumerable.Range(1, HelpPages.Read(name).Examples.Count).Select(number => $"{name} {number}"));

        Assert.Empty(NotHere.Keys.Except(known));
    }

    [SkippableTheory]
    [Trait("Category", "Long")]
    [MemberData(nameof(Cmdlets))]
    public async Task Examples_do_what_their_page_says(string name)
    {
        using var stage = await PrepareAsync();
        var ran = 0;
        foreach (var (example, number) in HelpPages.Read(name).Examples.Select((example, index) => (example, index + 1)))
        {
            if (NotHere.ContainsKey($"{name} {number}") || !IsForTheBareEngine(example.Code))
            {
                continue;
            }

            // Examples before may have removed or changed what this one is about.
            await images.EnsureAsync(_session, machine.Podman);
            var shown = Show(example.Code);
            images.AfterExample(example.Code);

            Assert.True(Lines(shown).Contains(Lines(example.Output)[0]), $"{name}, {example.Title} shows\n{shown}\nand the page has\n{example.Output}");
            ran++;
        }

        Assert.True(ran > 0, $"no example of {name} can run here");
    }

    private async Task<ExampleStage> PrepareAsync()
    {
        machine.RequireBoth();
        Requirement.Meet(SampleBuilder.Missing);
        await SampleBuilder.GetAsync(machine.Podman);
        await SampleBuilder.LoadBaseImagesAsync(machine.Docker);
        var stage = new ExampleStage(await LifecycleArchiveFile.GetAsync());
        _session.Run(
            "$null = $ExecutionContext.SessionState.Path.SetLocation($args[0]); Set-PackEngine Podman; $PSDefaultParameterValues = @{ 'Invoke-PackBuild:Network' = 'none' }",
            stage.Root).Checked();
        return stage;
    }

    /// <summary>Runs an example, which must not fail, and gives back what a prompt would show of it.</summary>
    private string Show(string code)
    {
        var before = _session.Console.Shown.Length;
        var run = _session.Run(code).Checked();
        return _session.Console.Shown[before..] + _session.Show("$args", [.. run.Output]);
    }

    /// <summary>Whether an example keeps to what the bare engine of the tests has; pwsh has more commands, and writes to files with one of them.</summary>
    private bool IsForTheBareEngine(string code)
    {
        var script = Parser.ParseInput(code, out _, out _);
        return script.FindAll(node => node is FileRedirectionAst { Location: not VariableExpressionAst }, searchNestedScriptBlocks: true).Any() is false
            && script.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true)
                .Select(node => ((CommandAst)node).GetCommandName())
                .All(command => command is null || _session.Run("Get-Command $args[0] -ErrorAction Ignore", command).Output.Count > 0);
    }

    /// <summary>The lines of an output without what differs from machine to machine and from run to run.</summary>
    private static List<string> Lines(string text) =>
        [.. text.Split('\n').Select(line => Varying().Replace(Spaces().Replace(line, " ").Trim(), "…")).Where(line => line.Length > 0)];

    [GeneratedRegex(@"'?/[^ ]*|\d+|True|False|podman at \S+|docker at \S+")]
    private static partial Regex Varying();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
