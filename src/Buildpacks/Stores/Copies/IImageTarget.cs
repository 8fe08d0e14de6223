namespace Buildpacks.Stores.Copies;

/// <summary>A place that an image is copied to.</summary>
internal interface IImageTarget
{
    /// <summary>Where it is, in words.</summary>
    string Place { get; }

    /// <summary>Takes an image. When that fails or is cancelled, the place is as it was.</summary>
    /// <param name="source">The image.</param>
    /// <param name="names">The names it gets, full and with tags.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    Task<ImageLanding> TakeAsync(IImageSource source, IReadOnlyList<string> names, IProgress<long> progress, CancellationToken cancellationToken);
}
