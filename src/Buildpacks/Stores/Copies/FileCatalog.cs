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
                IReadOnlyList<ImageFilePlace> images = place.Image is null ? await ImageFile.ListAsync(place, cancellationToken).ConfigureAwait(false) : [place];
                foreach (var image in images)
                {
                    findings.Add(await FindAsync(image, runImages, cancellationToken).ConfigureAwait(false));
                }
            }
            catch (PackException failure)
            {
                findings.Add(new ImageFinding(place.ToString(), null, failure));
            }
        }

        return findings;
    }

    private static async Task<ImageFinding> FindAsync(ImageFilePlace place, RunImageCheck? runImages, CancellationToken cancellationToken)
    {
        try
        {
            var source = await ImageFile.OpenAsync(place, cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                var finding = new ImageFinding(place.ToString(), ImageCatalog.FromFile(place, source.Names, source.Id, source.Config) with { Digest = source.Digest, Size = source.Size }, null);
                return runImages is null ? finding : await runImages.CheckAsync(finding, source.Config, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PackException failure)
        {
            return new ImageFinding(place.ToString(), null, failure);
        }
    }
}
