using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>A buildpack or an image extension as orders, groups and plans name it.</summary>
/// <param name="Id">Its id, <c>samples/web</c>.</param>
/// <param name="Version">Its version, <c>1.2.3</c>.</param>
internal sealed record GroupElement(string Id, string Version)
{
    /// <summary>The buildpack API it implements; only in groups.</summary>
    public string? Api { get; init; }

    /// <summary>Its home page; only in groups.</summary>
    public string? Homepage { get; init; }

    /// <summary>Whether a group passes without it; only in orders.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether it is an image extension. Only plans say so: orders and groups have tables of their own for extensions.</summary>
    public bool Extension { get; init; }

    /// <summary>The execution environments it is meant for; empty means all. Only in orders.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];

    /// <summary>What messages call it.</summary>
    public string Kind => Extension ? "Extension" : "Buildpack";

    /// <summary>The id as a folder's name: slashes become underscores.</summary>
    public string EscapedId => Id.Replace('/', '_');

    /// <summary>Reads one entry.</summary>
    public static GroupElement From(TomlSection toml) => new(toml.RequiredText("id"), toml.Text("version") ?? "")
    {
        Api = toml.Text("api"),
        Homepage = toml.Text("homepage"),
        Optional = toml.Flag("optional"),
        Extension = toml.Flag("extension"),
        ExecutionEnvironments = toml.Texts("exec-env"),
    };

    /// <summary>The entry as TOML.</summary>
    public TomlTable ToToml() => new TomlTable()
        .WithAlways("id", Id)
        .WithAlways("version", Version)
        .With("api", Api)
        .With("homepage", Homepage)
        .With("extension", Extension)
        .With("optional", Optional)
        .With("exec-env", ExecutionEnvironments.ToToml());

    /// <summary><c>id@version</c>.</summary>
    public override string ToString() => $"{Id}@{Version}";
}
