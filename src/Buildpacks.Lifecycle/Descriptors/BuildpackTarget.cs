using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Labels;

namespace Buildpacks.Lifecycle.Descriptors;

/// <summary>Something a buildpack runs on; an empty part matches anything.</summary>
internal sealed record BuildpackTarget(string Os, string Architecture, string Variant, IReadOnlyList<(string Name, string Version)> Distros)
{
    private const string BionicStack = "io.buildpacks.stacks.bionic";

    /// <summary>Whether an image with that target satisfies this one. A part that the image does not say matches, but an unknown distribution does not match a named one.</summary>
    public bool Matches(TargetMetadata image) =>
        PartMatches(Os, image.Os)
        && PartMatches(Architecture, image.Architecture)
        && PartMatches(Variant, image.Variant)
        && (Distros.Count == 0
            || (image.DistroName is not null
                && Distros.Any(distro => PartMatches(distro.Name, image.DistroName) && PartMatches(distro.Version, image.DistroVersion))));

    /// <summary>Reads the targets of a descriptor; without any, what its stacks or its programs imply.</summary>
    /// <param name="toml">The descriptor.</param>
    /// <param name="directory">The buildpack's folder.</param>
    public static IReadOnlyList<BuildpackTarget> ReadAll(TomlSection toml, string directory)
    {
        var targets = toml.Sections("targets").Select(From).ToList();
        if (targets.Count > 0)
        {
            return targets;
        }

        foreach (var stack in toml.Sections("stacks").Select(stack => stack.Text("id")))
        {
            if (stack == "*")
            {
                targets.Add(new BuildpackTarget("", "", "", []));
            }
            else if (stack == BionicStack)
            {
                targets.Add(new BuildpackTarget("linux", "amd64", "", [("ubuntu", "18.04")]));
            }
        }

        if (targets.Count == 0 && File.Exists(Path.Combine(directory, "bin", "build")))
        {
            targets.Add(new BuildpackTarget("linux", "", "", []));
        }

        return targets;
    }

    /// <summary>Reads the targets of an image extension; without any, Linux when it has a program, and anything when it has none.</summary>
    /// <param name="toml">The descriptor.</param>
    /// <param name="directory">The extension's folder.</param>
    public static IReadOnlyList<BuildpackTarget> ReadAllOfExtension(TomlSection toml, string directory)
    {
        var targets = toml.Sections("targets").Select(From).ToList();
        var hasProgram = ExtensionFiles.Programs.Any(program => File.Exists(Path.Combine(directory, "bin", program)));
        return targets.Count > 0 ? targets : [new BuildpackTarget(hasProgram ? "linux" : "", "", "", [])];
    }

    /// <summary>The target as messages say it.</summary>
    public JsonObject ToJson() => new JsonObject { ["os"] = Os, ["arch"] = Architecture }
        .With("arch-variant", Variant)
        .With("distros", new JsonArray([.. Distros.Select(distro => new JsonObject { ["name"] = distro.Name, ["version"] = distro.Version })]));

    private static BuildpackTarget From(TomlSection toml) => new(
        toml.Text("os") ?? "",
        toml.Text("arch") ?? "",
        toml.Text("arch-variant") ?? toml.Text("variant") ?? "",
        [.. toml.Sections("distros").Select(distro => (distro.Text("name") ?? "", distro.Text("version") ?? ""))]);

    private static bool PartMatches(string mine, string? theirs) =>
        mine.Length == 0 || string.IsNullOrEmpty(theirs) || mine == theirs;
}
