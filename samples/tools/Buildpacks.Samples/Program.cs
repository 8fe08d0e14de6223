using Buildpacks;
using Buildpacks.Configuration;
using Buildpacks.Engines.Location;
using Buildpacks.Samples.BaseImages;

// Makes the base images of the sample builder from this machine's files and loads them into the engine that Buildpacks would use;
// PACK_ENGINE chooses another.
if (args is not [var folder])
{
    Console.Error.WriteLine("Usage: make-base-images FOLDER-OF-RECIPES");
    return 64;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};
try
{
    await using var run = await BaseImage.MakeAsync(Path.Combine(folder, "run.toml"), extended: null, stop.Token);
    await using var build = await BaseImage.MakeAsync(Path.Combine(folder, "build.toml"), run, stop.Token);
    await using var located = await new EngineLocator(EngineEnvironment.Current()).OpenAsync(new EngineRequest(), stop.Token);
    foreach (var image in new[] { run, build })
    {
        await image.LoadAsync(located.Engine, stop.Token);
        Console.WriteLine($"{image.Name}  {image.Size / 1e6:0.0} MB");
    }

    return 0;
}
catch (Exception failure) when (failure is PackException or InvalidDataException or IOException)
{
    Console.Error.WriteLine(failure.Message);
    Console.Error.WriteLine((failure as PackException)?.RecommendedAction);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
