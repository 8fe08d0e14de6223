using System.Globalization;
using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Host;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Samples;
using Xunit.Abstractions;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>
/// The memory of a process that builds, over what it has when it is idle: the same for any size of app and run image. An app of 200 MB
/// by default; with <c>BUILDPACKS_TEST_MEGABYTES=2048</c> one of 2 GB on a run image of half that. The bound is the same.
/// </summary>
[Collection(EngineMachineTests.Name)]
public sealed class BuildMemoryTests(EngineMachine machine, ITestOutputHelper output)
{
    private const int UsualMegabytes = 200;
    private const int BoundMegabytes = 150;

    private static readonly int Megabytes =
        int.TryParse(Environment.GetEnvironmentVariable("BUILDPACKS_TEST_MEGABYTES"), out var megabytes) ? megabytes : UsualMegabytes;

    [SkippableTheory]
    [InlineData(PackEngineKind.Podman)]
    [InlineData(PackEngineKind.Docker)]
    public async Task A_build_takes_little_memory_whatever_the_size_of_the_app(PackEngineKind kind)
    {
        machine.Require(kind);
        await SampleBuilder.GetAsync(machine.Engine(kind));
        using var app = new TestFolder("big-app");
        await FillAsync(app);

        var run = await PsHostRun.CommandAsync($$"""
            function Get-Status([string] $Name) {
                foreach ($line in [IO.File]::ReadAllLines('/proc/self/status')) { if ($line.StartsWith("$Name`:")) { [int] ($line -replace '\D') } }
            }
            Import-Module ./Buildpacks.psd1
            $null = Get-PackEngine -Engine {{kind}}
            $idle = Get-Status VmRSS
            $build = Invoke-PackBuild example.org/memory/{{kind.ToString().ToLowerInvariant()}} -Path '{{app.Path}}' -Builder {{SampleBuilder.Name}} {{await RunImageAsync(kind)}} -Network none -Engine {{kind}} 6>$null
            "$($build.BytesSent) $idle $(Get-Status VmHWM)"
            """);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        var numbers = run.Lines.Single().Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        output.WriteLine($"{kind}, app of {Megabytes} MB: {numbers[1] >> 10} MB when idle, {numbers[2] >> 10} MB at the peak of the build");
        Assert.InRange(numbers[0], (long)Megabytes << 20, long.MaxValue);
        Assert.InRange((numbers[2] - numbers[1]) >> 10, 0, BoundMegabytes);
    }

    /// <summary>A sixth of the app does not compress, the rest costs the lifecycle little.</summary>
    private static async Task FillAsync(TestFolder app)
    {
        File.WriteAllText(app["hello.txt"], "hello");
        foreach (var file in Directory.EnumerateFiles(SampleFiles.App("shell-web"), "*", SearchOption.AllDirectories))
        {
            var copy = app[Path.GetRelativePath(SampleFiles.App("shell-web"), file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await using var zeros = File.Create(app["zeros.bin"]);
        zeros.SetLength((long)Megabytes << 20);
        await using var noise = File.Create(app["noise.bin"]);
        var random = new Random(1);
        var part = new byte[1 << 20];
        for (var i = 0; i < Megabytes / 6; i++)
        {
            random.NextBytes(part);
            await noise.WriteAsync(part);
        }
    }

    private async Task<string> RunImageAsync(PackEngineKind kind)
    {
        if (Megabytes <= UsualMegabytes)
        {
            return "";
        }

        await using var engine = machine.Engine(kind).CreateEngine();
        return "-RunImage " + await new TestImage { Name = "localhost/memory/run:1", User = "1000:1000", Padding = (long)Megabytes << 19 }.LoadAsync(engine);
    }
}
