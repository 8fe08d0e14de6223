using Buildpacks.Stores.Registry;

namespace Buildpacks.Stores.Copies;

/// <summary>Shows images of layout folders and archives as the objects that scripts see.</summary>
public static class FileCatalog
{
    /// <summary>Reads manifests and configs. A place without the name of an image stands for all its images.</summary>
    /// <param name="places">The places.</param>
    /// <param name="runImages">Compares the run images; <see langword="null"/> when nobody asked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The images in the order of the places, and an entry for each one that cannot be read.</returns>
    public static async Task<IReadOnlyList<ImageFinding>> FindAsync(
        IReadOnlyList<ImageFilePlace> places, RunImageCheck? runImages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(places);
        var findings = new List<ImageFinding>();
        foreach (var place in places)
        {
            try
            {
                var listed = await ImageFile.ListAsync(place, cancellationToken).ConfigureAwait(false);
                ImageFilePlace[] images = place.Image is not null || listed.Count == 1
                    ? [place]
                    : [.. listed.Select(image => place with { Image = image.Names.Count > 0 ? image.Names[0] : image.Identity })];
                foreach (var image in images)
                {
                    findings.Add(await FindAsync(image, listed, runImages, cancellationToken).ConfigureAwait(false));
                }
            }
            catch (PackException failure)
            {
                findings.Add(new ImageFinding(place.ToString(), null, failure));
            }
        }

        return findings;
    }

    private static async Task<ImageFinding> FindAsync(
        ImageFilePlace place, IReadOnlyList<(string Identity, IReadOnlyList<string> Names)> listed, RunImageCheck? runImages, CancellationToken cancellationToken)
    {
        try
        {
            var source = await ImageFile.OpenAsync(place, cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                // An image that was named by one of its names has the others, too.
                var names = listed.FirstOrDefault(image => image.Identity == place.Image || source.Names.Any(image.Names.Contains)).Names ?? source.Names;
                var finding = new ImageFinding(place.ToString(), ImageCatalog.FromFile(place, names, source.Id, source.Config) with { Digest = source.Digest, Size = source.Size }, null);
                return runImages is null ? finding : await runImages.CheckAsync(finding, source.Config, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PackException failure)
        {
            return new ImageFinding(place.ToString(), null, failure);
        }
    }
}
