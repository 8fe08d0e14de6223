using System.Text.Json.Serialization;

namespace Buildpacks.Packaging.Sbom;

/// <summary>A software bill of materials, in the words of SPDX 2.3.</summary>
internal sealed record SpdxDocument
{
    public string SpdxVersion { get; } = "SPDX-2.3";

    public string DataLicense { get; } = "CC0-1.0";

    [JsonPropertyName("SPDXID")]
    public string Id { get; } = "SPDXRef-DOCUMENT";

    public required string Name { get; init; }

    public required string DocumentNamespace { get; init; }

    public required SpdxCreation CreationInfo { get; init; }

    public required IReadOnlyList<SpdxPackage> Packages { get; init; }

    public required IReadOnlyList<SpdxFile> Files { get; init; }

    public required IReadOnlyList<SpdxRelationship> Relationships { get; init; }
}

/// <summary>When the document was made, and by what.</summary>
internal sealed record SpdxCreation(string Created, IReadOnlyList<string> Creators);

/// <summary>The module, or a package in it.</summary>
internal sealed record SpdxPackage
{
    [JsonPropertyName("SPDXID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string VersionInfo { get; init; }

    public required string Supplier { get; init; }

    public string DownloadLocation { get; } = SpdxWriter.NoAssertion;

    public required bool FilesAnalyzed { get; init; }

    public SpdxVerificationCode? PackageVerificationCode { get; init; }

    public IReadOnlyList<SpdxChecksum>? Checksums { get; init; }

    public required string LicenseConcluded { get; init; }

    public required string LicenseDeclared { get; init; }

    public IReadOnlyList<string>? LicenseInfoFromFiles { get; init; }

    public required string CopyrightText { get; init; }

    public IReadOnlyList<SpdxReference>? ExternalRefs { get; init; }

    public string? PrimaryPackagePurpose { get; init; }
}

/// <summary>A digest of all of a package's files.</summary>
internal sealed record SpdxVerificationCode(string PackageVerificationCodeValue, IReadOnlyList<string> PackageVerificationCodeExcludedFiles);

/// <summary>A digest.</summary>
internal sealed record SpdxChecksum(string Algorithm, string ChecksumValue);

/// <summary>A name that other catalogues know a package by.</summary>
internal sealed record SpdxReference(string ReferenceCategory, string ReferenceType, string ReferenceLocator);

/// <summary>A file of the module.</summary>
internal sealed record SpdxFile
{
    [JsonPropertyName("SPDXID")]
    public required string Id { get; init; }

    public required string FileName { get; init; }

    public required IReadOnlyList<string> FileTypes { get; init; }

    public required IReadOnlyList<SpdxChecksum> Checksums { get; init; }

    public required string LicenseConcluded { get; init; }

    public IReadOnlyList<string> LicenseInfoInFiles { get; } = [SpdxWriter.NoAssertion];

    public required string CopyrightText { get; init; }
}

/// <summary>How two elements stand to each other.</summary>
internal sealed record SpdxRelationship(string SpdxElementId, string RelationshipType, string RelatedSpdxElement);
