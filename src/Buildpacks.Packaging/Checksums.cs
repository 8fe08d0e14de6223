namespace Buildpacks.Packaging;

/// <summary>SHA256SUMS, as <c>sha256sum --check</c> reads it.</summary>
internal static class Checksums
{
    public const string FileName = "SHA256SUMS";

    public static PackagedFile Write(IEnumerable<PackagedFile> files) =>
        new(FileName, string.Concat(files.Select(file => $"{file.Sha256}  {file.Path}\n")));
}
