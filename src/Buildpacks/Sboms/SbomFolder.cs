using Buildpacks.Stores;

namespace Buildpacks.Sboms;

/// <summary>The folder that SBOM files are written to. Links below it are not followed.</summary>
/// <param name="destination">The folder.</param>
/// <param name="force">Whether files that exist are replaced.</param>
internal sealed class SbomFolder(string destination, bool force)
{
    /// <summary>Where a file is written.</summary>
    public string PathOf(SbomEntry file) => Path.Combine([destination, .. file.Path.Split('/')]);

    /// <summary>Writes files. Files that exist, and links, are found before the first file is written.</summary>
    /// <exception cref="PackException"><c>DestinationExists</c>, <c>PathUnusable</c>, <c>NoSpace</c>; new files are removed again.</exception>
    public async Task WriteAsync(SbomContent content, IReadOnlyList<SbomEntry> files, CancellationToken cancellationToken)
    {
        if (File.Exists(destination))
        {
            throw SbomErrors.NotAFolder(destination, "it is a file");
        }

        var isNew = files.Where(Check).ToHashSet();
        var written = new List<string>();
        try
        {
            await content.TakeAsync(files, WriteAsync, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A part of an SBOM could be taken for all of it.
            written.ForEach(FileWriting.TryDelete);
            throw;
        }

        async Task WriteAsync(SbomEntry file, Stream stream)
        {
            var path = PathOf(file);
            CreateFolder(Path.GetDirectoryName(path)!);
            await FileWriting.WriteAsync(path, target => stream.CopyToAsync(target, cancellationToken)).ConfigureAwait(false);
            if (isNew.Contains(file))
            {
                written.Add(path);
            }
        }
    }

    /// <summary>Checks that a file can be written.</summary>
    /// <returns>Whether there is no such file yet.</returns>
    private bool Check(SbomEntry file)
    {
        try
        {
            return IsFree(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(PathOf(file), "written", exception);
        }
    }

    private bool IsFree(SbomEntry file)
    {
        var parts = file.Path.Split('/');
        for (var depth = 1; depth < parts.Length; depth++)
        {
            var folder = Path.Combine([destination, .. parts[..depth]]);
            if (new FileInfo(folder) is { LinkTarget: not null })
            {
                throw SbomErrors.NotAFolder(folder, "it is a link");
            }

            if (File.Exists(folder))
            {
                throw SbomErrors.NotAFolder(folder, "it is a file");
            }
        }

        var path = PathOf(file);
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            throw SbomErrors.NotAFolder(path, "it is a folder, and a file of the SBOM has this name");
        }

        var exists = File.Exists(path) || new FileInfo(path).LinkTarget is not null;
        return !exists || force ? !exists : throw SbomErrors.Exists(path);
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "created", exception);
        }
    }
}
