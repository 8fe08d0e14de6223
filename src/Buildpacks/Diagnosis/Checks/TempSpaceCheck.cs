using Buildpacks.IO;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>There is space in this machine's folder for temporary files, and it can be written to.</summary>
internal sealed class TempSpaceCheck : IEngineCheck
{
    private const long TooLittle = 50_000_000;
    private const long Little = 1_000_000_000;
    private const string Remedy = "Free space there, or set another folder with TMPDIR (on Windows: TEMP).";

    /// <inheritdoc/>
    public string Name => CheckNames.TempSpace;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var folder = Path.GetTempPath();
        try
        {
            var file = TemporaryFile.Open();
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(new byte[4096], cancellationToken).ConfigureAwait(false);
                await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            return DiskSpaceCheck.Judge(new DriveInfo(folder).AvailableFreeSpace, folder, TooLittle, Little, Remedy);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Finding.Failed($"{folder} cannot be written to: {exception.Message}", Remedy);
        }
    }
}
