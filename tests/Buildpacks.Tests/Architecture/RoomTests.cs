using System.Text.RegularExpressions;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Tests.Architecture;

/// <summary>
/// Holds the sources against docs/architecture.md: arrows between rooms point one way, and a package is named in its own room only.
/// A namespace is a folder, so what a file may name can be read off its using directives.
/// </summary>
public sealed partial class RoomTests
{
    private const string Core = "src/Buildpacks";
    private const string Cmdlets = "src/Buildpacks.PowerShell";

    private static readonly string[] Shipped = [Core, Cmdlets, "src/Buildpacks.Contracts", "src/Buildpacks.Oci"];

    private static readonly string Root = SampleFiles.Root;

    /// <summary>Each room of the core, and the rooms that it may use beside itself.</summary>
    public static TheoryData<string, string[]> Rooms => new()
    {
        { "IO", [] },
        { "Reporting", ["IO"] },
        { "Configuration", ["Reporting", "IO"] },
        { "Descriptors", ["Configuration", "IO"] },
        { "PackCommands", [] },
        { "Engines", ["Configuration", "Reporting", "IO"] },
        { "Stores", ["Engines", "Configuration", "Reporting", "IO"] },
        { "Git", ["Engines", "Configuration", "Reporting", "IO"] },
        { "Modules", ["Git", "Stores", "Engines", "Descriptors", "Configuration", "Reporting", "IO"] },
        { "Builders", ["Modules", "Git", "Stores", "Engines", "Descriptors", "Configuration", "Reporting", "IO"] },
        { "Sessions", ["Engines", "Configuration", "Reporting", "IO"] },
        { "Caches", ["Sessions", "Stores", "Engines", "Configuration", "Reporting", "IO"] },
        { "Sboms", ["Stores", "Engines", "Configuration", "Reporting", "IO"] },
        { "Builds", ["Git", "Sboms", "Sessions", "Caches", "Builders", "Modules", "Stores", "Engines", "Descriptors", "Configuration", "Reporting", "IO"] },
        { "Diagnosis", ["Builds", "Sessions", "Caches", "Builders", "Stores", "Engines", "Configuration", "Reporting", "IO"] },
    };

    /// <summary>Each sub-room whose arrows are held, and the sub-rooms of the same room that it may use beside itself.</summary>
    public static TheoryData<string, string[]> SubRooms => new()
    {
        { "Engines/Podman", [] },
        { "Engines/Docker", [] },
        { "Engines/Location", ["Podman", "Docker"] },
        { "Builds/Apps", [] },
        { "Builds/Phases", [] },
        { "Builds/Planning", ["Apps", "Phases"] },
        { "Builds/Explaining", ["Apps", "Phases", "Planning"] },
        { "Builds/Extending", ["Phases", "Planning"] },
        { "Builds/Running", ["Apps", "Extending", "Phases", "Planning", "Records"] },
        { "Stores/Layers", [] },
        { "Stores/Archives", ["Layers"] },
        { "Stores/Layouts", ["Archives", "Layers"] },
        { "Stores/Registry", ["Layers"] },
        { "Stores/Sparse", ["Layouts", "Archives", "Layers"] },
        { "Stores/Loopback", ["Sparse", "Layers"] },
        { "Stores/LayerCaching", ["Layouts", "Archives", "Layers"] },
        { "Stores/Exports", ["LayerCaching", "Sparse", "Layouts", "Archives", "Layers"] },
        { "Stores/Copies", ["Sparse", "Layouts", "Archives", "Layers", "Registry"] },
        { "Stores/Indexes", ["Registry"] },
        { "Stores/Rebasing", ["Copies", "Sparse", "Layouts", "Archives", "Registry"] },
        { "Configuration/Toml", [] },
        { "Descriptors/Labels", [] },
    };

    /// <summary>What only one room may name.</summary>
    public static TheoryData<string, string> Packages => new()
    {
        { "Docker.DotNet", Core + "/Engines/Docker/" },
        { "System.Management.Automation", Cmdlets + "/" },
    };

    [Fact]
    public void Every_folder_of_the_core_is_a_room_that_is_known() =>
        Assert.Equal(
            Rooms.Select(row => (string)row[0]).Order(),
            Directory.GetDirectories(Path.Combine(Root, Core)).Select(folder => Path.GetFileName(folder)!).Except(["bin", "obj"]).Order());

    [Fact]
    public void What_the_page_names_is_there()
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Sources("src"))
        {
            words.UnionWith(file.Split('/'));
            words.UnionWith(Word().Matches(File.ReadAllText(Path.Combine(Root, file))).Select(match => match.Value));
        }

        var named = Named().Matches(File.ReadAllText(Path.Combine(Root, "docs/architecture.md"))).Select(match => match.Groups[1].Value).ToList();

        Assert.Contains("PackCmdlet", named);
        Assert.Empty(named.Except(words));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_rooms_below_it(string room, string[] below) =>
        Assert.Empty(
            from use in Uses($"{Core}/{room}", "Buildpacks.")
            let used = use.Name.Split('.')[1]
            where used != "Oci" && used != room && !below.Contains(used)
            select use);

    [Theory]
    [MemberData(nameof(SubRooms))]
    public void A_sub_room_uses_only_sub_rooms_below_it(string room, string[] below)
    {
        var parts = room.Split('/');
        Assert.NotEmpty(Sources($"{Core}/{room}"));
        Assert.Empty(
            from use in Uses($"{Core}/{room}", $"Buildpacks.{parts[0]}.")
            let used = use.Name.Split('.')[2]
            where used != parts[1] && !below.Contains(used)
            select use);
    }

    [Fact]
    public void Every_folder_of_the_stores_is_a_sub_room_that_is_known() =>
        Assert.Equal(
            SubRooms.Select(row => (string)row[0]).Where(room => room.StartsWith("Stores/", StringComparison.Ordinal)).Order(),
            Directory.GetDirectories(Path.Combine(Root, Core, "Stores")).Select(folder => "Stores/" + Path.GetFileName(folder)).Order());

    [Fact]
    public void What_all_stores_share_uses_none_of_their_sub_rooms() =>
        Assert.DoesNotContain(
            Uses($"{Core}/Stores", "Buildpacks.Stores."),
            use => Path.GetDirectoryName(use.File) == Path.Combine(Core, "Stores"));

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_is_named_in_its_own_room_only(string package, string room) =>
        Assert.DoesNotContain(Shipped.SelectMany(folder => Uses(folder, package)), use => !use.File.StartsWith(room, StringComparison.Ordinal));

    /// <summary>Words about an engine's own commands and files are in the room of the engines too.</summary>
    [Fact]
    public void No_code_above_the_engines_asks_which_engine_it_is() =>
        Assert.Empty(
            from file in Sources(Core)
            where !file.StartsWith(Core + "/Engines/", StringComparison.Ordinal)
            where Kind().IsMatch(File.ReadAllText(Path.Combine(Root, file)))
            select file);

    /// <summary>
    /// Names are parsed where they are read, by a method that says what is wrong with them, and are references from there on. The method that
    /// throws is for constants, for a text that was checked right before, and for an engine, whose interface has names as text.
    /// </summary>
    [Fact]
    public void No_name_of_an_image_is_parsed_again_above_the_engines() =>
        Assert.Equal(
            new[]
            {
                "Builds/Explaining/DryEngine.cs", "Builds/Extending/ExtensionDockerfile.cs", "Builds/Phases/LifecycleNames.cs", "Builds/Planning/BuildInputs.cs",
                "Stores/Rebasing/LayoutRebaser.cs", "Stores/Registry/RegistryTransport.cs",
            }.Select(file => $"{Core}/{file}"),
            from file in Sources(Core).Concat(Sources(Cmdlets)).Order(StringComparer.Ordinal)
            where !file.StartsWith(Core + "/Engines/", StringComparison.Ordinal)
            where File.ReadAllText(Path.Combine(Root, file)).Contains("ImageReference.Parse", StringComparison.Ordinal)
            select file);

    [Fact]
    public void A_namespace_is_its_folder() =>
        Assert.Empty(
            from file in Sources($"{Core}")
            let expected = "Buildpacks" + string.Concat(Path.GetDirectoryName(file)![Core.Length..].Split('/').Where(part => part.Length > 0).Select(part => "." + part))
            let declared = File.ReadLines(Path.Combine(Root, file)).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null && declared != $"namespace {expected};"
            select $"{file}: {declared}");

    private static IEnumerable<Use> Uses(string folder, string prefix) =>
        from file in Sources(folder)
        from line in File.ReadLines(Path.Combine(Root, file))
        let directive = Using().Match(line)
        where directive.Success && directive.Groups[1].Value.StartsWith(prefix, StringComparison.Ordinal)
        select new Use(file, directive.Groups[1].Value);

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !Generated().IsMatch(file));

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;")]
    private static partial Regex Using();

    [GeneratedRegex(@"\bPackEngineKind\.(?:Docker|Podman)\b")]
    private static partial Regex Kind();

    [GeneratedRegex("/(?:bin|obj)/")]
    private static partial Regex Generated();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("`([A-Z][A-Za-z]+)`")]
    private static partial Regex Named();

    private sealed record Use(string File, string Name);
}
