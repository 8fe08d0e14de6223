using Buildpacks;
using Buildpacks.BuildProcess;
using Buildpacks.Builds;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Podman;

if (args is ["config", var file, var name, var count])
{
    // Beside another process that does the same.
    for (var i = 0; i < int.Parse(count, System.Globalization.CultureInfo.InvariantCulture); i++)
    {
        new PackConfigFile(file).Update(new PackConfigChange { TrustedBuilders = [$"{name}/{i}"] });
    }

    return 0;
}

if (args is not [var kind, var image, var app, var builder, .. var volumes])
{
    Console.Error.WriteLine("Usage: Buildpacks.BuildProcess podman|docker IMAGE APP BUILDER [VOLUME]...");
    return 2;
}

var calls = new EngineCallCollector();
await using IEngine engine = kind == "podman"
    ? new PodmanEngine(new PodmanOptions { Executable = Environment.GetEnvironmentVariable("BUILDPACKS_TEST_PODMAN"), Observer = calls })
    : new DockerEngine(new DockerEngineOptions(new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST")!)) { Observer = calls });
var request = new BuildRequest { ImageName = image, Path = app, Builder = builder, Volumes = volumes, Network = "none" };
Console.WriteLine("build begins");
try
{
    var result = await PackBuild.RunAsync(request, engine, calls, new LineSink(), CancellationToken.None);
    Console.WriteLine(result.Id);
    return 0;
}
catch (PackException failure)
{
    Console.Error.WriteLine($"{failure.ErrorId}: {failure.Message}");
    return 1;
}
