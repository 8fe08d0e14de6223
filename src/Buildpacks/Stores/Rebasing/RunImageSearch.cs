using System.Runtime.ExceptionServices;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Rebasing;

/// <summary>Finds the run image of an app by the names that it can be had by.</summary>
internal static class RunImageSearch
{
    /// <summary>The names to try: the one of the request, or those of the app's labels and the user's configuration.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="app">The app's labels.</param>
    /// <param name="registry">The registry whose mirror is preferred; <see langword="null"/> for none.</param>
    /// <exception cref="PackException"><c>RebaseRunImageMissing</c>, <c>ImageNameInvalid</c>.</exception>
    public static IReadOnlyList<ImageReference> Names(RebaseRequest request, AppMetadata app, string? registry) =>
        request.RunImage is { } named ? [ImageNames.Read(named, "run image")]
        : app.RunImageNames(registry, request.RunImageMirrors) is { Count: > 0 } names ? names
        : throw RebaseErrors.NoRunImage(request.Name);

    /// <summary>The first run image that is found. Names before it are told of as warnings.</summary>
    /// <param name="names">The names, in their order.</param>
    /// <param name="find">Finds a run image, or throws a <see cref="PackException"/>.</param>
    /// <param name="logger">Is warned.</param>
    /// <exception cref="PackException">None was found: the failure of the first name.</exception>
    public static async Task<(ImageReference Name, T Image)> FirstAsync<T>(
        IReadOnlyList<ImageReference> names, Func<ImageReference, Task<T>> find, ILogger logger)
    {
        var failures = new List<(ImageReference Name, PackException Failure)>();
        foreach (var name in names)
        {
            try
            {
                var image = await find(name).ConfigureAwait(false);
                foreach (var (other, failure) in failures)
                {
                    logger.LogWarning("The run image {Name} is used, because {Other} was not found: {Reason}", name.Spelling, other.Spelling, failure.Message);
                }

                return (name, image);
            }
            catch (PackException failure)
            {
                failures.Add((name, failure));
                if (failures.Count == names.Count)
                {
                    ExceptionDispatchInfo.Throw(failures[0].Failure);
                }
            }
        }

        throw new ArgumentException("There is no name.", nameof(names));
    }
}
