using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Copies;

/// <summary>A layout folder or an archive that a build writes its image to, and the image that has the name there now.</summary>
internal sealed class FileTarget : IDisposable
{
    private FileTarget(ImageFilePlace place, FileSource? current) => (Place, Current) = (place, current);

    /// <summary>The folder or file.</summary>
    public ImageFilePlace Place { get; }

    /// <summary>The image that has the name there now; <see langword="null"/> for none.</summary>
    public FileSource? Current { get; }

    /// <summary>The same, as images of engines are described.</summary>
    public ImageDetail? CurrentDetail => Current is null ? null : new ImageDetail { Id = Current.Id, Digest = Current.Digest, Config = Current.Config };

    /// <summary>The layers of the run image as its registry describes them, by diffID, of a layout that gets no layer of the run image; empty for others.</summary>
    public IReadOnlyDictionary<string, OciDescriptor> Described { get; set; } = new Dictionary<string, OciDescriptor>();

    /// <summary>Where the image is, in words.</summary>
    public string Words => Place.Format == PackImageFormat.Layout ? $"layout folder {Place.Path}" : $"archive {Place.Path}";

    /// <summary>Looks at the place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="logger">Is told what is found.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException"><c>DestinationExists</c>: there is something else; or it cannot be read.</exception>
    public static async Task<FileTarget> OpenAsync(ImageFilePlace place, ImageReference name, ILogger logger, CancellationToken cancellationToken)
    {
        if (place.Format == PackImageFormat.Layout)
        {
            new LayoutTarget(place.Path).Check();
        }
        else if (Directory.Exists(place.Path))
        {
            throw Occupied(place.Path, "is a folder", null);
        }

        if (!Path.Exists(place.Path) || (Directory.Exists(place.Path) && !Directory.EnumerateFileSystemEntries(place.Path).Any()))
        {
            return new FileTarget(place, null);
        }

        try
        {
            return new FileTarget(place, await ImageFile.OpenAsync(place.Path, name.ToString(), cancellationToken, place.Format).ConfigureAwait(false));
        }
        catch (PackException failure) when (failure.ErrorId == PackErrorIds.ImageNotFound)
        {
            return new FileTarget(place, null);
        }
        catch (PackException failure) when (place.Format == PackImageFormat.Layout && failure.ErrorId is PackErrorIds.ImageInvalid or PackErrorIds.ImageAmbiguous)
        {
            // The layout has no images, or a damaged one, which the build replaces.
            logger.LogDebug("The image {Image} in {Place} cannot be used for the build: {Reason}", name, place, failure.Message);
            return new FileTarget(place, null);
        }
        catch (PackException failure) when (place.Format != PackImageFormat.Layout && failure.ErrorId == PackErrorIds.ImageInvalid)
        {
            throw Occupied(place.Path, "is not an archive of images of this format", failure);
        }
    }

    /// <summary>Writes the image. When that fails or is cancelled, the place is as it was.</summary>
    /// <param name="layout">The layout that the lifecycle wrote, as a tar stream; read to its end.</param>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task<BuiltFile> TakeAsync(Stream layout, BuiltFileImage image, CancellationToken cancellationToken)
    {
        List<Func<CancellationToken, Task<IImageSource>>> holders = [];
        if (Current is not null)
        {
            // What is opened is closed after it was read, and the image here is read before the build as well.
            holders.Add(async token => await ImageFile.OpenAsync(Place.Path, image.Names[0].ToString(), token, Place.Format).ConfigureAwait(false));
        }

        holders.AddRange(image.Holders.Select(detail =>
            (Func<CancellationToken, Task<IImageSource>>)(_ => Task.FromResult<IImageSource>(new EngineSource(image.Engine, detail, [])))));
        var source = await BuiltSource.OpenAsync(layout, image.RunImageReference, image.RunImageTopLayer, holders, Described, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            if (source.Content is { } small && Current is { } current && source.Id == current.Id && HasAllNames(current, image.Names))
            {
                return new BuiltFile(current.Id, current.Digest, small, Unchanged: true);
            }

            IImageTarget target = Place.Format == PackImageFormat.Layout
                ? new LayoutTarget(Place.Path)
                : new ArchiveTarget(Place.Path, Place.Format == PackImageFormat.OciArchive ? ArchiveForm.Oci : ArchiveForm.Docker, overwrite: true);
            var written = await target.TakeAsync(source, image.Names, image.Progress, cancellationToken).ConfigureAwait(false);
            return new BuiltFile(written.Id, written.ManifestDigest, source.Content!, Unchanged: written.Id == Current?.Id);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Current?.Dispose();

    /// <summary>A layout without layers of the run image is written again when it is to have them.</summary>
    private bool HasAllNames(FileSource current, IReadOnlyList<ImageReference> names) =>
        names.All(name => current.Names.Contains(name.ToString())) && (Described.Count > 0 || current.IsWhole);

    private static PackException Occupied(string path, string what, Exception? cause) =>
        new(PackErrorIds.DestinationExists, PackErrorKind.Conflict, $"'{path}' exists already and {what}.", cause)
        {
            Target = path,
            RecommendedAction = "Specify another path, or remove what is there.",
        };
}

/// <summary>An image that a lifecycle wrote, to be put into a layout folder or an archive.</summary>
internal sealed record BuiltFileImage
{
    /// <summary>The image's names, with tags, the first being the main one.</summary>
    public required IReadOnlyList<ImageReference> Names { get; init; }

    /// <summary>The engine that has the layers which the layout leaves out.</summary>
    public required IEngine Engine { get; init; }

    /// <summary>The images of the engine that have these layers.</summary>
    public required IReadOnlyList<ImageDetail> Holders { get; init; }

    /// <summary>What the image's labels call its run image; <see langword="null"/> to leave what the lifecycle wrote.</summary>
    public string? RunImageReference { get; init; }

    /// <summary>What they call the run image's top layer; <see langword="null"/> to leave what the lifecycle wrote.</summary>
    public string? RunImageTopLayer { get; init; }

    /// <summary>Told the bytes written so far.</summary>
    public required IProgress<long> Progress { get; init; }
}

/// <summary>An image that was written to a layout folder or an archive.</summary>
/// <param name="Id">The digest of its config.</param>
/// <param name="Digest">The digest of its manifest; <see langword="null"/> in docker's archives, which have none.</param>
/// <param name="Content">The image as the lifecycle wrote it.</param>
/// <param name="Unchanged">Whether the place had this image under this name already.</param>
internal sealed record BuiltFile(string Id, string? Digest, Layouts.LayoutContent Content, bool Unchanged);
