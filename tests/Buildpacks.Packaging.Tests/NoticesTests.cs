using Buildpacks.Packaging.Licences;
using Buildpacks.Packaging.Restored;

namespace Buildpacks.Packaging.Tests;

public sealed class NoticesTests(Packed packed) : IClassFixture<Packed>
{
    [Fact]
    public void They_name_every_assembly_that_is_not_ours()
    {
        var notices = packed.Text("THIRD-PARTY-NOTICES.txt");

        Assert.All(
            packed.Files().Where(file => file.EndsWith(".dll", StringComparison.Ordinal)),
            file => Assert.Equal(
                !Path.GetFileName(file).StartsWith("Buildpacks", StringComparison.Ordinal),
                notices.Contains(file, StringComparison.Ordinal)));
    }

    [Fact]
    public void They_hold_the_licences_of_the_packages_own_files()
    {
        var notices = packed.Text("THIRD-PARTY-NOTICES.txt");

        Assert.Contains("Copyright (c) Andre Hofmeister", notices, StringComparison.Ordinal);
        Assert.Contains("Permission is hereby granted, free of charge", notices, StringComparison.Ordinal);
        Assert.Contains("Copyright (c) Alexandre Mutel\n\nRedistribution and use in source and binary forms", notices, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_packages_share_is_there_once()
    {
        var notices = Notices.Write(Packed.Manifest, [Package("One", "the words"), Package("Two", "the words"), Package("Three", "others")]);

        var text = System.Text.Encoding.UTF8.GetString(notices.Content);
        Assert.Equal(2, text.Split("the words").Length);
        Assert.Contains("    One 1.0\n    Two 1.0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_licence_whose_text_nobody_has_is_refused_by_name()
    {
        var problem = Assert.Throws<FormatException>(() => LicenceTexts.Of(Package("One", text: null) with { Licence = "Artistic-2.0" }));

        Assert.Contains("One 1.0 is under Artistic-2.0", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_that_no_package_has_is_refused_by_name()
    {
        var assets = Path.Combine(Packed.Repository, "src", "Buildpacks.PowerShell", "obj", "project.assets.json");

        var problem = Assert.Throws<FormatException>(() => RestoredPackages.Shipped(assets, [new PackagedFile("lib/private/Tomlyn.dll", "changed")]));

        Assert.Contains("lib/private/Tomlyn.dll", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_that_names_no_licence_is_refused()
    {
        using var folder = new TestFolder("nuspec");
        var nuspec = folder.File("x.nuspec", "<package><metadata><authors>x</authors><license type='file'>l.txt</license></metadata></package>");

        Assert.Contains(nuspec, Assert.Throws<FormatException>(() => PackageDescription.Read(nuspec)).Message, StringComparison.Ordinal);
    }

    private static ShippedPackage Package(string id, string? text) => new()
    {
        Id = id,
        Version = "1.0",
        Sha512 = "",
        Authors = "someone",
        Copyright = "",
        Licence = "MIT",
        LicenceText = text,
        Notice = null,
        Files = [],
    };
}
