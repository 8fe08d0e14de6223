using Buildpacks.Engines;
using Buildpacks.Engines.Location;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Looks, beside a build, whether the other engine holds another image of the same name, which somebody who uses both may run
/// unawares. Nothing is said when that engine is not there, or does not answer by the time the build is done.
/// </summary>
internal sealed class OtherEngineLook : IDisposable
{
    /// <summary>How much longer than the build the other engine may take.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    private readonly OtherEngine? _other;
    private readonly PackEngineKind _kind;
    private readonly CancellationTokenSource _end = new();
    private readonly ImageReference? _name;
    private readonly Task<ImageDetail?> _image;

    private OtherEngineLook(OtherEngine? other, PackEngineKind builds, ImageReference? image)
    {
        (_other, _kind, _name) = (other, EngineLocator.OtherThan(builds), image);
        _image = other is null || image is null || other.IsAbsent(_kind, image.ToString(), DateTimeOffset.UtcNow)
            ? Task.FromResult<ImageDetail?>(null)
            : Task.Run(() => FindAsync(other, image.ToString(), _end.Token));
    }

    /// <summary>Begins to look.</summary>
    /// <param name="other">Where to look; <see langword="null"/> to look nowhere.</param>
    /// <param name="builds">The engine that builds; it is not asked.</param>
    /// <param name="image">The name of the image that is built, as it was typed.</param>
    public static OtherEngineLook Begin(OtherEngine? other, PackEngineKind builds, string image) =>
        new(other, builds, ImageReference.Find(image));

    /// <summary>Warns, if there is something to warn of.</summary>
    /// <param name="built">What was built.</param>
    /// <param name="config">Its config.</param>
    /// <param name="logger">Is warned.</param>
    public async Task WarnAsync(BuildResult built, OciImageConfig config, ILogger logger)
    {
        _other?.NotePresent(built.Engine, built.ImageName);
        await Task.WhenAny(_image, Task.Delay(Grace, CancellationToken.None)).ConfigureAwait(false);
        if (_image is not { IsCompletedSuccessfully: true, Result: { } image } || IsSame(image, built, config))
        {
            return;
        }

        var name = _name!.ToFamiliarString();
        logger.LogWarning(
            "{Other} has a different image with the name '{Name}': {Id}. To copy the new image from {Engine}, run 'Copy-PackImage {Name} -From {Engine} -To {Other}'.",
            _kind, name, ShortId(image.Id), built.Engine, name, built.Engine, _kind);
    }

    /// <summary>Ends the looking. What it has started ends by itself, and nobody waits for it.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _ = _image.ContinueWith(_ => _end.Dispose(), TaskScheduler.Default);
    }

    private async Task<ImageDetail?> FindAsync(OtherEngine other, string image, CancellationToken cancellationToken)
    {
        try
        {
            var request = new EngineRequest { Parameter = new EngineChoice(_kind) };
            var located = await new EngineLocator(other.Environment).OpenAsync(request, cancellationToken).ConfigureAwait(false);
            await using (located.ConfigureAwait(false))
            {
                var found = await located.Engine.Images.InspectAsync([image], cancellationToken).ConfigureAwait(false);
                if (found.TryGetValue(image, out var detail))
                {
                    return detail;
                }

                // A process for each look is too much; a request of a few milliseconds is not.
                if (located.Engine.Capabilities.StartsProcesses)
                {
                    other.NoteAbsent(_kind, image, DateTimeOffset.UtcNow);
                }

                return null;
            }
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException)
        {
            // An engine that is not there has no image.
            return null;
        }
    }

    /// <summary>Config and layers decide: docker with containerd's store gives an image the digest of its manifest as its id, all others that of its config.</summary>
    private static bool IsSame(ImageDetail image, BuildResult built, OciImageConfig config) => image.Id == built.Id || SameImage.Is(image.Config, config);

    private static string ShortId(string id) => OciDigest.IsValid(id) ? OciDigest.Hex(id)[..12] : id;
}
