namespace Buildpacks.Lifecycle.Images;

/// <summary>Where the run image and the previous image are found, and where the app image goes: a folder of layouts, an engine, or a registry.</summary>
internal interface IImageStore : IDisposable
{
    /// <summary>Where it is, as the end of a sentence: <c>in the folder of layouts '/layout'</c>.</summary>
    string Place { get; }

    /// <summary>What messages and files call an image: in a folder of layouts the path of its layout, elsewhere its name.</summary>
    string NameOf(string name);

    /// <summary>Finds an image.</summary>
    /// <param name="name">Its name, or what <see cref="ExistingImage.Identifier"/> said of it.</param>
    /// <returns>The image, or <see langword="null"/> when there is none of that name.</returns>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidDataException">It is there and broken; the message says how.</exception>
    Task<ExistingImage?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Opens a layer's uncompressed archive, or returns <see langword="null"/> when its data is not there, as in a sparse layout.</summary>
    Task<Stream?> OpenLayerAsync(ExistingImage image, string diffId, CancellationToken cancellationToken);

    /// <summary>Starts an app image.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="runImage">The image it is based on.</param>
    /// <param name="previous">The image whose layers may be used again.</param>
    IImageExport StartExport(string name, ExistingImage runImage, ExistingImage? previous);

    /// <summary>Keeps the way to the store open while nothing is asked of it for a long time; ends when cancelled.</summary>
    Task KeepAliveAsync(CancellationToken cancellationToken);
}
