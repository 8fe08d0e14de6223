using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>Reads builder.toml. Whatever it does not know is an error: a misspelt key would otherwise make another builder than its author meant.</summary>
internal static class BuilderDescriptorReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="PackException">
    /// <c>BuilderTomlNotFound</c>: the file does not exist. <c>BuilderTomlInvalid</c>: it is no TOML, or a key is unknown, missing or
    /// of the wrong type; the message names every such key with its line.
    /// </exception>
    public static BuilderDescriptor Read(string path) => Read(TomlDocument.Read(path, PackErrorIds.BuilderTomlInvalid));

    internal static BuilderDescriptor Read(TomlDocument document)
    {
        var root = document.Root;
        var stack = root.Section("stack");
        var build = root.Section("build");
        var lifecycle = root.Section("lifecycle");
        var warnings = new List<string>();
        var descriptor = new BuilderDescriptor
        {
            Path = document.Source,
            Description = root.String("description") ?? "",
            Buildpacks = ReadSources(root, "buildpacks"),
            Extensions = ReadSources(root, "extensions"),
            Order = SharedSections.Order(root, "order"),
            OrderExtensions = SharedSections.Order(root, "order-extensions"),
            BuildImage = ReadBuildImage(root, build, stack),
            BuildEnvironment = build is null ? [] : BuildEnvironmentReader.Read(build, warnings),
            RunImages = RunImagesReader.Read(root, stack),
            StackId = stack?.String("id"),
            LifecycleUri = lifecycle?.String("uri"),
            LifecycleVersion = lifecycle?.String("version"),
            Targets = SharedSections.Targets(root),
            System = ReadSystem(root.Section("system")),
        };

        if (lifecycle is not null && descriptor is { LifecycleUri: not null, LifecycleVersion: not null })
        {
            lifecycle.Problem("version", "and 'lifecycle.uri' cannot be combined");
        }

        document.ThrowIfInvalid(allowUnknownKeys: false);
        if (descriptor.Order.Count == 0)
        {
            warnings.Add($"{document.Source} has no [[order]]: builds with this builder must specify their buildpacks.");
        }

        return descriptor with { Warnings = warnings };
    }

    private static string ReadBuildImage(TomlSection root, TomlSection? build, TomlSection? stack)
    {
        var image = build?.String("image");
        var older = stack?.String("build-image");
        if (string.IsNullOrEmpty(image) && string.IsNullOrEmpty(older))
        {
            (build ?? root).Problem(build is null ? "build.image" : "image", "is missing");
        }
        else if (!string.IsNullOrEmpty(image) && !string.IsNullOrEmpty(older) && image != older)
        {
            stack!.Problem("build-image", $"is '{older}' but 'build.image' is '{image}'");
        }

        return string.IsNullOrEmpty(image) ? older ?? "" : image;
    }

    private static List<ModuleSource> ReadSources(TomlSection root, string key)
    {
        var sources = new List<ModuleSource>();
        foreach (var section in root.Sections(key))
        {
            var source = new ModuleSource
            {
                Id = section.String("id"),
                Version = section.String("version"),
                Uri = section.String("uri"),
                Image = section.String("image"),
            };
            if (string.IsNullOrEmpty(source.Uri) == string.IsNullOrEmpty(source.Image))
            {
                section.Problem("uri", source.Uri is null && source.Image is null ? "is missing" : "and 'image' are empty: one of them is required");
            }

            sources.Add(source);
        }

        return sources;
    }

    private static SystemOrder ReadSystem(TomlSection? system) => new()
    {
        Pre = new() { Buildpacks = SharedSections.Entries(system?.Section("pre"), "buildpacks") },
        Post = new() { Buildpacks = SharedSections.Entries(system?.Section("post"), "buildpacks") },
    };
}
