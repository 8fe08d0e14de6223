using System.Formats.Tar;
using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Engines;

/// <summary>
/// The archive from which an engine builds an image: the build context, and with it the Dockerfile and a file that keeps both of these out of the image.
/// </summary>
/// <param name="ignoreFile">The name by which the engine finds out what of the context is left out. A file of this name in the context has no effect.</param>
internal sealed class BuildContextArchive(string ignoreFile)
{
    /// <summary>The Dockerfile's name in the archive.</summary>
    public const string DockerfileName = ".buildpacks.Dockerfile";

    /// <summary>Writes the archive.</summary>
    public Task WriteAsync(ImageBuild build, Stream destination, CancellationToken cancellationToken) => BufferedTar.WriteAsync(
        destination,
        async (tar, token) =>
        {
            await tar.WriteFileAsync(DockerfileName, TarOwner.Root, Encoding.UTF8.GetBytes(build.Dockerfile), token).ConfigureAwait(false);
            await tar.WriteFileAsync(ignoreFile, TarOwner.Root, Encoding.UTF8.GetBytes($"{ignoreFile}\n{DockerfileName}\n"), token).ConfigureAwait(false);
            if (build.WriteContext is { } writeContext)
            {
                await CopyAsync(writeContext, tar, token).ConfigureAwait(false);
            }
        },
        cancellationToken);

    private async Task CopyAsync(ArchiveWriter writeContext, TarWriter tar, CancellationToken cancellationToken)
    {
        var archive = TemporaryFile.Open();
        await using (archive.ConfigureAwait(false))
        {
            await writeContext(archive, cancellationToken).ConfigureAwait(false);
            archive.Position = 0;
            using var input = new TarInput(archive);
            while (await input.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (ContentPath.TryNormalize(entry.Name, out var name) && name.Length > 0 && name != DockerfileName && name != ignoreFile)
                {
                    await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }
}
