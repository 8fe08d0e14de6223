using Buildpacks.Engines;

namespace Buildpacks.Stores;

/// <summary>Removes images from an engine's store.</summary>
/// <param name="engine">The engine.</param>
public sealed class ImageRemover(IEngine engine)
{
    /// <summary>Removes the names, and the image when they were its last.</summary>
    /// <param name="selected">The image and its names.</param>
    /// <param name="force">Whether several names go at once, and names of an image that a container uses.</param>
    /// <param name="cancellationToken">Ends the removal.</param>
    /// <exception cref="PackException"><c>ImageHasSeveralNames</c>, <c>ImageInUse</c>, or the engine's failure.</exception>
    public async Task RemoveAsync(SelectedImage selected, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(selected);
        var (image, names) = selected;
        if (names.Count > 1 && !force)
        {
            throw new PackException(PackErrorIds.ImageHasSeveralNames, PackErrorKind.Conflict, $"The image {image.Id} has the names {string.Join(", ", names)}.")
            {
                Target = names[0],
                RecommendedAction = "Specify the name to remove, or use -Force to remove all names and the image.",
            };
        }

        foreach (var name in names.DefaultIfEmpty(image.Id))
        {
            try
            {
                await engine.Images.RemoveAsync(name, force, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException exception) when (exception.Kind == PackErrorKind.Conflict)
            {
                throw InUse(engine.Kind, name, exception);
            }
        }
    }

    private static PackException InUse(PackEngineKind engine, string name, PackException cause) =>
        new(PackErrorIds.ImageInUse, PackErrorKind.Conflict, $"'{name}' is in use and was not removed. {cause.Message}", cause)
        {
            Target = name,
            ExitCode = cause.ExitCode,
            Status = cause.Status,
            RecommendedAction = $"Remove the containers that use it; '{engine.ToString().ToLowerInvariant()} ps --all --filter ancestor={name}' lists them. "
                + "Or use -Force to remove the name; the containers keep the layers that they use.",
        };
}
