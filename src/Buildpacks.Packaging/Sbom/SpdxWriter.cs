using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Buildpacks.Packaging.Restored;

namespace Buildpacks.Packaging.Sbom;

/// <summary>Writes what the module is made of: its files, and the packages that some of them come from.</summary>
internal static partial class SpdxWriter
{
    public const string FileName = "sbom.spdx.json";

    /// <summary>What SPDX has for "not said here".</summary>
    public const string NoAssertion = "NOASSERTION";

    private const string OurLicence = "MIT";

    /// <summary>The first moment that a .zip knows: a package is no other for being made later.</summary>
    private static readonly DateTimeOffset NoClock = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static PackagedFile Write(ModuleManifest manifest, IReadOnlyList<PackagedFile> files, IReadOnlyList<ShippedPackage> packages)
    {
        var owners = packages.SelectMany(package => package.Files.Select(file => (file.Path, package))).ToDictionary(pair => pair.Path, pair => pair.package);
        var code = VerificationCode(files);
        var document = new SpdxDocument
        {
            Name = $"{manifest.Name}-{manifest.Version}",
            DocumentNamespace = $"https://spdx.org/spdxdocs/{manifest.Name}-{manifest.Version}-{code}",
            CreationInfo = new SpdxCreation(Created(), [$"Organization: {manifest.CompanyName}", $"Tool: {manifest.Name}.Packaging-{manifest.Version}"]),
            Packages = [Module(manifest, code), .. packages.Select(Package)],
            Files = [.. files.Select(file => DescribeFile(manifest, file, owners.GetValueOrDefault(file.Path)))],
            Relationships =
            [
                new("SPDXRef-DOCUMENT", "DESCRIBES", Id(manifest)),
                .. files.Select(file => new SpdxRelationship(Id(manifest), "CONTAINS", Id(file))),
                .. packages.Select(package => new SpdxRelationship(Id(manifest), "DEPENDS_ON", Id(package))),
                .. packages.SelectMany(package => package.Files.Select(file => new SpdxRelationship(Id(file), "EXPANDED_FROM_ARCHIVE", Id(package)))),
            ],
        };
        return new PackagedFile(FileName, JsonSerializer.Serialize(document, SpdxJson.Default.SpdxDocument) + "\n");
    }

    private static SpdxPackage Module(ModuleManifest manifest, string code) => new()
    {
        Id = Id(manifest),
        Name = manifest.Name,
        VersionInfo = manifest.Version,
        Supplier = $"Organization: {manifest.CompanyName}",
        FilesAnalyzed = true,
        PackageVerificationCode = new SpdxVerificationCode(code, [$"./{FileName}", $"./{Packaging.Checksums.FileName}"]),
        LicenseConcluded = OurLicence,
        LicenseDeclared = OurLicence,
        LicenseInfoFromFiles = [NoAssertion],
        CopyrightText = manifest.Copyright,
        PrimaryPackagePurpose = "LIBRARY",
    };

    private static SpdxPackage Package(ShippedPackage package) => new()
    {
        Id = Id(package),
        Name = package.Id,
        VersionInfo = package.Version,
        Supplier = package.Authors.Length == 0 ? NoAssertion : $"Organization: {package.Authors}",
        FilesAnalyzed = false,
        Checksums = [new SpdxChecksum("SHA512", package.Sha512)],
        LicenseConcluded = package.Licence,
        LicenseDeclared = package.Licence,
        CopyrightText = package.Copyright.Length == 0 ? NoAssertion : package.Copyright,
        ExternalRefs = [new SpdxReference("PACKAGE-MANAGER", "purl", $"pkg:nuget/{package.Id}@{package.Version}")],
    };

    private static SpdxFile DescribeFile(ModuleManifest manifest, PackagedFile file, ShippedPackage? owner) => new()
    {
        Id = Id(file),
        FileName = "./" + file.Path,
        FileTypes = [file.Path.EndsWith(".dll", StringComparison.Ordinal) ? "BINARY" : "TEXT"],
        Checksums = [new SpdxChecksum("SHA1", Sha1(file)), new SpdxChecksum("SHA256", file.Sha256)],
        LicenseConcluded = file.Path == Licences.Notices.FileName ? NoAssertion : owner?.Licence ?? OurLicence,
        CopyrightText = owner is null ? manifest.Copyright : owner.Copyright.Length == 0 ? NoAssertion : owner.Copyright,
    };

    /// <summary>SPDX's own: the digest of the files' digests, sorted.</summary>
    private static string VerificationCode(IEnumerable<PackagedFile> files) =>
        Sha1(Encoding.ASCII.GetBytes(string.Concat(files.Select(Sha1).Order(StringComparer.Ordinal))));

    private static string Created()
    {
        var epoch = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH");
        var time = long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : NoClock;
        return time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static string Id(ModuleManifest manifest) => "SPDXRef-Package-" + manifest.Name;

    private static string Id(ShippedPackage package) => "SPDXRef-Package-" + NotOfAnId().Replace(package.Id, "-");

    private static string Id(PackagedFile file) => "SPDXRef-File-" + NotOfAnId().Replace(file.Path, "-");

    private static string Sha1(PackagedFile file) => Sha1(file.Content);

    [SuppressMessage("Security", "CA5350", Justification = "SPDX asks for SHA-1; SHA-256 stands beside it.")]
    private static string Sha1(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData(bytes));

    [GeneratedRegex("[^A-Za-z0-9.]+")]
    private static partial Regex NotOfAnId();
}
