using Buildpacks.Builders;
using Buildpacks.Engines;
using Buildpacks.Testing.Samples;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Testing.Builders;

/// <summary>
/// A builder with an image extension. The extension takes part when the app has a <c>run.Dockerfile</c> or a <c>build.Dockerfile</c>, and generates what the app
/// has: these files, <c>extend-config.toml</c>, and the folders <c>context</c>, <c>context.run</c> and <c>context.build</c>.
/// </summary>
public static class ExtendedBuilder
{
    /// <summary>The builder's name.</summary>
    public const string Name = "test/extended-builder:1";

    /// <summary>The id of the extension.</summary>
    public const string Extension = "test/extension";

    private const string Detect = """
        #!/bin/sh
        [ -f run.Dockerfile ] || [ -f build.Dockerfile ] || exit 100
        """;

    private const string Generate = """
        #!/bin/sh
        set -e
        for file in run.Dockerfile build.Dockerfile extend-config.toml context context.run context.build; do
          [ ! -e "$file" ] || cp -r "$file" "$CNB_OUTPUT_DIR/"
        done
        """;

    /// <summary>Writes the extension.</summary>
    /// <param name="folder">The folder that its folder is made in.</param>
    /// <param name="id">Its id.</param>
    /// <param name="name">Its folder.</param>
    /// <returns>Its folder.</returns>
    public static string WriteExtension(TestFolder folder, string id = Extension, string name = "extension")
    {
        folder.File($"{name}/extension.toml", $"api = \"0.10\"\n[extension]\nid = \"{id}\"\nversion = \"1.0.0\"\n");
        folder.Script($"{name}/bin/detect", Detect);
        folder.Script($"{name}/bin/generate", Generate);
        return folder[name];
    }

    /// <summary>Makes the builder of the images of a fixture.</summary>
    /// <param name="engine">The engine that gets it.</param>
    /// <param name="fixture">The fixture, which has a builder.</param>
    /// <returns>The builder.</returns>
    public static async Task<BuilderImage> MakeAsync(IEngine engine, IBuildFixture fixture)
    {
        using var folder = new TestFolder("extended");
        TestBuildpack.Write(folder);
        WriteExtension(folder);
        var config = folder.File("builder.toml", $"""
            [[buildpacks]]
            uri = "buildpack"
            [[extensions]]
            uri = "extension"
            [[order]]
            group = [{"{"} id = "{TestBuildpack.Id}", version = "{TestBuildpack.Version}" {"}"}]
            [[order-extensions]]
            group = [{"{"} id = "{Extension}", version = "1.0.0" {"}"}]
            [build]
            image = "test/build:1"
            [[run.images]]
            image = "{fixture.RunImage}"
            [lifecycle]
            uri = "{await LifecycleArchiveFile.GetAsync()}"
            """);
        return await new BuilderCreator(engine, NullLogger.Instance).CreateAsync(
            new BuilderRequest { ImageName = Name, ConfigPath = config }, progress: null, CancellationToken.None);
    }
}
