using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Labels;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>What an image runs on.</summary>
internal sealed record TargetMetadata
{
    /// <summary>The value of the label <c>io.buildpacks.base.id</c>.</summary>
    public string? Id { get; init; }

    /// <summary>The operating system, <c>linux</c>.</summary>
    public string Os { get; init; } = "";

    /// <summary>The architecture, <c>amd64</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>The architecture's variant, <c>v8</c>.</summary>
    public string? Variant { get; init; }

    /// <summary>The distribution's name, <c>debian</c>.</summary>
    public string? DistroName { get; init; }

    /// <summary>The distribution's version, <c>12</c>.</summary>
    public string? DistroVersion { get; init; }

    /// <summary>Reads it.</summary>
    public static TargetMetadata From(TomlSection toml) => new()
    {
        Id = toml.Text("id"),
        Os = toml.Text("os") ?? "",
        Architecture = toml.Text("arch") ?? "",
        Variant = toml.Text("arch-variant") ?? toml.Text("variant"),
        DistroName = toml.Section("distro")?.Text("name"),
        DistroVersion = toml.Section("distro")?.Text("version"),
    };

    /// <summary>The target as TOML.</summary>
    public TomlTable ToToml() => new TomlTable()
        .With("id", Id)
        .WithAlways("os", Os)
        .WithAlways("arch", Architecture)
        .With("arch-variant", Variant)
        .With("distro", DistroName is null ? null : new TomlTable().WithAlways("name", DistroName).WithAlways("version", DistroVersion ?? ""));

    /// <summary>The target as messages say it.</summary>
    public JsonObject ToJson() => new JsonObject()
        .With("id", Id)
        .WithAlways("os", Os)
        .WithAlways("arch", Architecture)
        .With("arch-variant", Variant)
        .With("distro", DistroName is null ? null : new JsonObject { ["name"] = DistroName, ["version"] = DistroVersion ?? "" });
}
