using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Descriptors;

/// <summary>buildpack.toml, or extension.toml of an image extension.</summary>
/// <param name="Id">The buildpack's id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Directory">The folder it lies in, absolute.</param>
internal sealed record BuildpackDescriptor(string Id, string Version, string Directory)
{
    /// <summary>The buildpack API it declares, not checked.</summary>
    public string? Api { get; init; }

    /// <summary>Whether it is an image extension.</summary>
    public bool IsExtension { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its home page.</summary>
    public string? Homepage { get; init; }

    /// <summary>Whether the user's variables stay out of its environment.</summary>
    public bool ClearEnvironment { get; init; }

    /// <summary>The media types of the SBOM files it writes.</summary>
    public IReadOnlyList<string> SbomFormats { get; init; } = [];

    /// <summary>The execution environments it supports; empty means all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];

    /// <summary>Its order; not empty for a composite buildpack.</summary>
    public IReadOnlyList<OrderGroup> Order { get; init; } = [];

    /// <summary>What it runs on; empty means that it says nothing.</summary>
    public IReadOnlyList<BuildpackTarget> Targets { get; init; } = [];

    /// <summary>Whether it stands for an order of others.</summary>
    public bool IsComposite => Order.Count > 0;

    /// <summary>Whether it supports the execution environment.</summary>
    public bool Supports(string executionEnvironment) =>
        ExecutionEnvironments.Count == 0 || ExecutionEnvironments.Contains("*") || ExecutionEnvironments.Contains(executionEnvironment);

    /// <summary>Reads buildpack.toml.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static BuildpackDescriptor Read(string path)
    {
        var toml = TomlFile.Read(path);
        var buildpack = Section(toml, "buildpack", path);
        var descriptor = From(toml, buildpack, path);
        return descriptor with
        {
            SbomFormats = buildpack.Texts("sbom-formats"),
            Order = OrderGroup.ReadAll(toml, "order"),
            Targets = BuildpackTarget.ReadAll(toml, descriptor.Directory),
        };
    }

    /// <summary>Reads extension.toml.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static BuildpackDescriptor ReadExtension(string path)
    {
        var toml = TomlFile.Read(path);
        var descriptor = From(toml, Section(toml, "extension", path), path);
        return descriptor with { IsExtension = true, Targets = BuildpackTarget.ReadAllOfExtension(toml, descriptor.Directory) };
    }

    /// <summary><c>id@version</c>.</summary>
    public override string ToString() => $"{Id}@{Version}";

    private static TomlSection Section(TomlSection toml, string name, string path) =>
        toml.Section(name) ?? throw new InvalidDataException($"{path}: the table [{name}] is missing");

    private static BuildpackDescriptor From(TomlSection toml, TomlSection table, string path) =>
        new(table.RequiredText("id"), table.RequiredText("version"), Path.GetDirectoryName(Path.GetFullPath(path))!)
        {
            Api = toml.Text("api"),
            Name = table.Text("name"),
            Homepage = table.Text("homepage"),
            ClearEnvironment = table.Flag("clear-env"),
            ExecutionEnvironments = ReadExecutionEnvironments(table),
        };

    // The specification's example is an array of tables with a name; its reference lifecycle reads an array of strings.
    private static IReadOnlyList<string> ReadExecutionEnvironments(TomlSection buildpack) =>
        buildpack.Table.TryGetValue("exec-env", out var value) && value is Tomlyn.Model.TomlArray array && array.All(element => element is string)
            ? buildpack.Texts("exec-env")
            : [.. buildpack.Sections("exec-env").Select(environment => environment.RequiredText("name"))];
}
