using System.Formats.Tar;
using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Engines;

/// <summary>
/// The archive from which an engine builds an image: the build context, and with it the Dockerfile and a file that keeps both of these out of the image.
/// </summary>
/// <param name="ignoreFile">The name by which the engine finds out what of the context is left out. A file of this name in the context has no effect.</param>
/// <param name="dockerfile">The Dockerfile's name in the archive. A file of this name at the root of the context has no effect.</param>
internal sealed class BuildContextArchive(string ignoreFile, string dockerfile)
{
    /// <summary>A name that contexts do not have.</summary>
    public const string OwnDockerfile = ".buildpacks.Dockerfile";

    /// <summary>The Dockerfile's name in the archive.</summary>
    public string Dockerfile => dockerfile;

    /// <summary>Writes the archive.</summary>
    public Task WriteAsync(ImageBuild build, Stream destination, CancellationToken cancellationToken) => BufferedTar.WriteAsync(
        destination,
        async (tar, token) =>
        {
            await tar.WriteFileAsync(dockerfile, TarOwner.Root, Encoding.UTF8.GetBytes(build.Dockerfile), token).ConfigureAwait(false);
            await tar.WriteFileAsync(ignoreFile, TarOwner.Root, Encoding.UTF8.GetBytes($"{ignoreFile}\n{dockerfile}\n"), token).ConfigureAwait(false);
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
                if (ContentPath.TryNormalize(entry.Name, out var name) && name.Length > 0 && name != dockerfile && name != ignoreFile)
                {
                    await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }
}
