using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.Copies;

/// <summary>
/// Copies between registries and layouts. Both take manifests and indexes as they are, so the copy has the digest of the original, and an
/// index stays one.
/// </summary>
internal static class StoreCopies
{
    /// <summary>Copies, when both places are such.</summary>
    /// <param name="request">What to copy.</param>
    /// <param name="newName">The name at the new place; <see langword="null"/> to keep the names.</param>
    /// <param name="registry">The registries.</param>
    /// <param name="progress">Told the bytes sent so far.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>What was copied; <see langword="null"/> when one of the places is an engine or an archive.</returns>
    public static async Task<PackImageCopy?> TryCopyAsync(
        CopyRequest request, ImageReference? newName, IImageStore registry, IProgress<long> progress, CancellationToken cancellationToken)
    {
        if (request.From.Registry is not null)
        {
            var name = ImageNames.Parse(request.Image!);
            if (request.To.Registry is not null)
            {
                return await CopyAsync(
                    request, registry, name, registry, [newName ?? throw CopyErrors.NameMissing($"{registry.Place} {name.Registry}")],
                    $"{registry.Place} {(newName ?? name).Registry}", progress, cancellationToken).ConfigureAwait(false);
            }

            return request.To is { Engine: null, WrittenFormat: PackImageFormat.Layout }
                ? await ToLayoutAsync(request, registry, name, newName ?? name, progress, cancellationToken).ConfigureAwait(false)
                : null;
        }

        if (request.From.Engine is not null || !File.Exists(Path.Combine(request.From.Path, LayoutPath.IndexFile)))
        {
            return null;
        }

        var (digest, names) = await ImageFile.FindAsync(request.From.Path, request.Image, cancellationToken).ConfigureAwait(false);
        ImageReference[] targets = newName is not null ? [newName] : [.. names];
        if (targets.Length == 0)
        {
            throw CopyErrors.NameMissing(request.From.Path);
        }

        using var layout = new LayoutStore(request.From.Path);
        return await CopyAsync(
            request, layout, targets[0].WithDigest(digest), registry, targets, $"{registry.Place} {targets[0].Registry}", progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A layout that is not there yet appears when it is whole.</summary>
    private static async Task<PackImageCopy> ToLayoutAsync(
        CopyRequest request, IImageStore registry, ImageReference name, ImageReference target, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var place = new LayoutTarget(request.To.Path);
        return await place.WriteAsync(
            async folder =>
            {
                using var layout = new LayoutStore(folder);
                try
                {
                    return await CopyAsync(request, registry, name, layout, [target], request.To.Path, progress, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    layout.TakeBack();
                    throw;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<PackImageCopy> CopyAsync(
        CopyRequest request, IImageStore from, ImageReference source, IImageStore to, ImageReference[] targets, string destination,
        IProgress<long> progress, CancellationToken cancellationToken)
    {
        var platforms = request.Platforms;
        if (platforms is [var only])
        {
            source = source.WithDigest((await from.ResolveAsync(source, only, cancellationToken).ConfigureAwait(false)).Digest);
        }
        else if (platforms.Count > 1)
        {
            await CheckPlatformsAsync(from, source, platforms, cancellationToken).ConfigureAwait(false);
        }

        var sum = new SummedProgress(progress);
        var copier = new StoreCopier(from, to)
        {
            Wants = platforms.Count > 1 ? entry => platforms.Any(wanted => Fits(entry.Platform, wanted)) : null,
            Progress = _ => sum.Next(),
        };
        var result = await copier.CopyAsync(source, targets, cancellationToken).ConfigureAwait(false);
        return new PackImageCopy
        {
            Name = targets[0].ToString(),
            Tags = [.. targets.Select(target => target.ToString())],
            Id = result.Id,
            Digest = to is LayoutStore ? null : result.Digest,
            Source = from is LayoutStore ? request.From.Path : $"{from.Place} {source.Registry}",
            Destination = destination,
            LayersMoved = result.Sent,
            LayersSkipped = result.Present + result.Mounted,
            BytesMoved = result.Bytes,
        };
    }

    /// <exception cref="PackException"><c>PlatformNotFound</c>: one of the platforms is not there.</exception>
    private static async Task CheckPlatformsAsync(
        IImageStore from, ImageReference source, IReadOnlyList<OciPlatform> platforms, CancellationToken cancellationToken)
    {
        var document = await from.GetAsync(source, cancellationToken).ConfigureAwait(false);
        var offered = document.IsIndex
            ? [.. document.ToIndex(from.Place).Manifests.Select(entry => entry.Platform).OfType<OciPlatform>()]
            : new[] { PlatformOf((await from.DescribeAsync(source, document, cancellationToken).ConfigureAwait(false)).Config) };
        if (platforms.FirstOrDefault(wanted => !offered.Any(platform => Fits(platform, wanted))) is { } missing)
        {
            throw StoreErrors.PlatformNotFound(source, missing, offered.Select(platform => platform.ToString()).Distinct());
        }
    }

    private static OciPlatform PlatformOf(OciImageConfig config) => new(config.Architecture, config.Os, config.Variant);

    private static bool Fits(OciPlatform? offered, OciPlatform wanted) => offered is not null && offered.Os == wanted.Os
        && offered.Architecture == wanted.Architecture && (wanted.Variant is null || wanted.Variant == offered.Variant);
}
