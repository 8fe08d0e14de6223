using System.Management.Automation;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Modules;

public sealed class ManifestTests : IDisposable
{
    private readonly PackSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_manifest_exports_every_cmdlet_and_nothing_else()
    {
        var present = CmdletTypes().Select(type => type.Attribute.VerbName + "-" + type.Attribute.NounName).Order();

        var exported = _session.Run("(Get-Module Buildpacks).ExportedCommands.Keys").Checked().Texts;
        Assert.Equal(present, exported.Order());
    }

    [Fact]
    public void The_manifest_names_every_cmdlet_in_full()
    {
        var named = _session.Run("Test-ModuleManifest $args[0] | ForEach-Object { $_.ExportedCmdlets.Keys }", Checkout.Manifest).Checked();

        Assert.DoesNotContain(named.Texts, name => name!.Contains('*', StringComparison.Ordinal));
        Assert.Equal(CmdletTypes().Count, named.Output.Count);
    }

    [Fact]
    public void The_manifest_and_the_help_say_where_the_module_is_online()
    {
        var manifest = _session.Run("Test-ModuleManifest $args[0] | ForEach-Object { \"$($_.ProjectUri)\", \"$($_.LicenseUri)\", $_.ReleaseNotes }", Checkout.Manifest).Checked().Texts.ToList();
        var pages = _session.Run("(Get-Module Buildpacks).ExportedCmdlets.Keys | ForEach-Object { (Get-Help $_).relatedLinks.navigationLink[0].uri; (Get-Command $_).HelpUri }").Checked().Texts;

        Assert.All(manifest, text => Assert.False(string.IsNullOrWhiteSpace(text)));
        Assert.All(pages, page => Assert.Equal(manifest[0], page));
    }

    [Fact]
    public void Verbs_are_approved_and_nouns_begin_with_Pack()
    {
        var approved = new[] { typeof(VerbsCommon), typeof(VerbsLifecycle), typeof(VerbsData), typeof(VerbsDiagnostic) }
            .SelectMany(group => group.GetFields()).Select(field => (string)field.GetRawConstantValue()!).ToHashSet();

        Assert.All(CmdletTypes(), type =>
        {
            Assert.Contains(type.Attribute.VerbName, approved);
            Assert.StartsWith("Pack", type.Attribute.NounName, StringComparison.Ordinal);
            Assert.Equal($"{type.Attribute.VerbName}{type.Attribute.NounName}Command", type.Type.Name);
        });
    }

    [Fact]
    public void Cmdlets_that_give_objects_say_which() =>
        Assert.All(CmdletTypes(), type => Assert.NotEmpty(type.Type.GetCustomAttributes(typeof(OutputTypeAttribute), false)));

    [Fact]
    public void Scripts_can_name_the_objects()
    {
        var run = _session.Run("[Buildpacks.PackImage].Assembly.GetName().Name; [Buildpacks.PackEngineKind]::Podman").Checked();

        Assert.Equal(["Buildpacks.Contracts", "Podman"], run.Texts);
    }

    [Fact]
    public void Every_public_object_has_a_table_and_a_list()
    {
        var shown = new[]
        {
            typeof(PackEngine), typeof(PackImage), typeof(PackImageCopy), typeof(PackSbomFile), typeof(BuildResult), typeof(EngineCall), typeof(PackPhase), typeof(PackBuildpack),
            typeof(PackProcess), typeof(PackEngineCheck), typeof(BuildLog), typeof(PackOutputLine), typeof(PackOutputGap),
        };
        var formats = Directory.GetFiles(Path.Combine(Checkout.Root, "lib"), "*.Format.ps1xml")
            .Select(System.Xml.Linq.XDocument.Load).ToList();

        Assert.All(shown, type =>
        {
            var views = formats.SelectMany(format => format.Descendants("View"))
                .Where(view => view.Descendants("TypeName").Any(name => name.Value == type.FullName)).ToList();
            Assert.Contains(views, view => view.Element("TableControl") is not null);
            Assert.Contains(views, view => view.Element("ListControl") is not null);
        });
    }

    private static List<(Type Type, CmdletAttribute Attribute)> CmdletTypes() =>
        [.. typeof(PackCmdlet).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && typeof(Cmdlet).IsAssignableFrom(type))
            .Select(type => (type, (CmdletAttribute)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute))!))];
}
