using System.Security.Cryptography;
using System.Text.Json;

namespace Buildpacks.Packaging.Tests;

public sealed class SbomTests(Packed packed) : IClassFixture<Packed>
{
    [Fact]
    public void It_lists_every_file_with_its_digest_but_itself_and_the_list_of_digests()
    {
        var listed = packed.Sbom().GetProperty("files").EnumerateArray().Select(file => (Text(file, "fileName"), Digest(file, "SHA256"), Digest(file, "SHA1")));

        Assert.Equal(
            packed.Files().Where(file => file is not ("sbom.spdx.json" or "SHA256SUMS")).Select(file =>
                ("./" + file, Convert.ToHexStringLower(SHA256.HashData(packed.Bytes(file))), Sha1(packed.Bytes(file)))),
            listed);
    }

    [Fact]
    public void Every_assembly_of_a_package_leads_to_the_package_and_its_licence()
    {
        var sbom = packed.Sbom();
        var packages = sbom.GetProperty("packages").EnumerateArray().ToDictionary(package => Text(package, "SPDXID"));
        var origins = sbom.GetProperty("relationships").EnumerateArray().Where(relationship => Text(relationship, "relationshipType") == "EXPANDED_FROM_ARCHIVE")
            .ToDictionary(relationship => Text(relationship, "spdxElementId"), relationship => packages[Text(relationship, "relatedSpdxElement")]);
        var foreign = sbom.GetProperty("files").EnumerateArray()
            .Where(file => Text(file, "fileName").EndsWith(".dll", StringComparison.Ordinal) && !Path.GetFileName(Text(file, "fileName")).StartsWith("Buildpacks", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(foreign);
        Assert.All(foreign, file => Assert.Equal(Text(origins[Text(file, "SPDXID")], "licenseDeclared"), Text(file, "licenseConcluded")));
        Assert.Equal(packages.Count - 1, origins.Values.Select(package => Text(package, "SPDXID")).Distinct().Count());
        Assert.Equal("BSD-2-Clause", Text(packages["SPDXRef-Package-Tomlyn"], "licenseDeclared"));
        Assert.All(origins.Values, package =>
        {
            Assert.Equal(128, Digest(package, "SHA512").Length);
            Assert.Equal($"pkg:nuget/{Text(package, "name")}@{Text(package, "versionInfo")}", Text(package.GetProperty("externalRefs")[0], "referenceLocator"));
        });
    }

    [Fact]
    public void Every_element_has_an_id_of_its_own_and_every_relationship_two_elements()
    {
        var sbom = packed.Sbom();
        var ids = sbom.GetProperty("packages").EnumerateArray().Concat(sbom.GetProperty("files").EnumerateArray())
            .Select(element => Text(element, "SPDXID")).Append(Text(sbom, "SPDXID")).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ids, id => Assert.Matches(@"^SPDXRef-[A-Za-z0-9.\-]+$", id));
        Assert.All(sbom.GetProperty("relationships").EnumerateArray(), relationship =>
        {
            Assert.Contains(Text(relationship, "spdxElementId"), ids);
            Assert.Contains(Text(relationship, "relatedSpdxElement"), ids);
        });
    }

    [Fact]
    public void The_verification_code_is_that_of_the_files()
    {
        var sbom = packed.Sbom();
        var digests = sbom.GetProperty("files").EnumerateArray().Select(file => Digest(file, "SHA1")).Order(StringComparer.Ordinal);

        var code = Text(sbom.GetProperty("packages")[0].GetProperty("packageVerificationCode"), "packageVerificationCodeValue");

        Assert.Equal(Sha1(System.Text.Encoding.ASCII.GetBytes(string.Concat(digests))), code);
        Assert.EndsWith(code, Text(sbom, "documentNamespace"), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_time_is_SOURCE_DATE_EPOCH_or_none()
    {
        var before = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH");
        try
        {
            Environment.SetEnvironmentVariable("SOURCE_DATE_EPOCH", null);
            Assert.Equal("1980-01-01T00:00:00Z", Created());
            Environment.SetEnvironmentVariable("SOURCE_DATE_EPOCH", "1700000000");
            Assert.Equal("2023-11-14T22:13:20Z", Created());
        }
        finally
        {
            Environment.SetEnvironmentVariable("SOURCE_DATE_EPOCH", before);
        }
    }

    private static string Created()
    {
        var sbom = Sbom.SpdxWriter.Write(Packed.Manifest, [new PackagedFile("a.txt", "a")], []);
        return Text(JsonDocument.Parse(sbom.Content).RootElement.GetProperty("creationInfo"), "created");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Digest(JsonElement element, string algorithm) =>
        Text(element.GetProperty("checksums").EnumerateArray().Single(checksum => Text(checksum, "algorithm") == algorithm), "checksumValue");

#pragma warning disable CA5350 // SPDX asks for it.
    private static string Sha1(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData(bytes));
#pragma warning restore CA5350
}
