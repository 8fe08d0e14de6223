using Buildpacks.Builders;
using Buildpacks.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Samples;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Testing.Builders;

/// <summary>A builder that adds a system buildpack to each group of its order, which says that it runs.</summary>
public static class SystemBuilder
{
    /// <summary>The builder's name.</summary>
    public const string Name = "example.org/system/builder:1";

    /// <summary>The run image's name.</summary>
    public const string RunImage = "example.org/system/run:1";

    /// <summary>Makes the builder.</summary>
    /// <param name="engine">The engine that gets it.</param>
    /// <param name="folder">Gets the files that it is made of.</param>
    public static async Task MakeAsync(IEngine engine, TestFolder folder)
    {
        await new TestImage { Name = RunImage, User = "1000:1000" }.LoadAsync(engine);
        await new TestImage { Name = "example.org/system/build:1", User = "1000:1000", Environment = ["PATH=/bin", "CNB_USER_ID=1000", "CNB_GROUP_ID=1000"] }.LoadAsync(engine);
        TestBuildpack.Write(folder);
        WriteTalker(folder, "system");
        var config = folder.File("builder.toml", $"""
            [[buildpacks]]
            uri = "buildpack"
            [[buildpacks]]
            uri = "system"
            [[order]]
            group = [{"{"} id = "{TestBuildpack.Id}", version = "{TestBuildpack.Version}" {"}"}]
            [build]
            image = "example.org/system/build:1"
            [[run.images]]
            image = "{RunImage}"
            [lifecycle]
            uri = "{await LifecycleArchiveFile.GetAsync()}"
            [system]
            [[system.pre.buildpacks]]
            id = "test/system"
            version = "1.0.0"
            """);
        await new BuilderCreator(engine, NullLogger.Instance).CreateAsync(
            new BuilderRequest { ImageName = Name, ConfigPath = config }, progress: null, CancellationToken.None);
    }

    /// <summary>Writes a buildpack that takes every app and says that it runs: <c>the buildpack NAME runs</c>.</summary>
    /// <param name="folder">The folder that its folder is made in.</param>
    /// <param name="name">Its folder, and its id behind <c>test/</c>.</param>
    /// <param name="version">Its version.</param>
    /// <returns>Its folder.</returns>
    public static string WriteTalker(TestFolder folder, string name, string version = "1.0.0")
    {
        folder.File($"{name}/buildpack.toml", $"""
            api = "0.10"
            [buildpack]
            id = "test/{name}"
            version = "{version}"
            [[targets]]
            os = "linux"
            """);
        folder.Script($"{name}/bin/detect", "#!/bin/sh\nexit 0\n");
        folder.Script($"{name}/bin/build", $"#!/bin/sh\necho \"the buildpack {name} runs\"\n");
        return folder[name];
    }
}
