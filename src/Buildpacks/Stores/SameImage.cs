using System.Globalization;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>
/// Whether two images are the same one where their ids cannot say so: docker with containerd's store calls an image by the digest of its
/// manifest, all others by that of its config, and the same config may have several manifests. So what every engine tells of a config is
/// compared: the layers, the labels, and what a container starts with. Not compared is what some engine keeps to itself, such as the history.
/// </summary>
internal static class SameImage
{
    /// <summary>Whether two configs are those of the same image.</summary>
    /// <param name="one">The config as one engine or file tells it.</param>
    /// <param name="other">The config as another one does.</param>
    public static bool Is(OciImageConfig one, OciImageConfig other) =>
        one.Rootfs.DiffIds.SequenceEqual(other.Rootfs.DiffIds, StringComparer.Ordinal)
        && one.Os == other.Os
        && one.Architecture == other.Architecture
        && Text(one.Author) == Text(other.Author)
        && IsSameTime(one.Created, other.Created)
        && StartsAlike(one.Config ?? new OciContainerConfig(), other.Config ?? new OciContainerConfig());

    /// <summary>Looks for an image among all that an engine holds.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The image's config.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The image; <see langword="null"/> when the engine does not hold it.</returns>
    public static async Task<ImageDetail?> FindAsync(IEngine engine, OciImageConfig image, CancellationToken cancellationToken)
    {
        // The list tells labels; an app's say which layers it has, so that few images are left to be asked for.
        var all = await engine.Images.ListAsync(new ImageListOptions(), cancellationToken).ConfigureAwait(false);
        string[] alike = [.. all.Where(other => HasSame(image.Config?.Labels, other.Labels, IsSameText)).Select(other => other.Id)];
        return alike.Length == 0
            ? null
            : (await engine.Images.InspectAsync(alike, cancellationToken).ConfigureAwait(false)).Values.FirstOrDefault(other => Is(image, other.Config));
    }

    private static bool StartsAlike(OciContainerConfig one, OciContainerConfig other) =>
        Text(one.User) == Text(other.User)
        && Text(one.WorkingDir) == Text(other.WorkingDir)
        && Text(one.StopSignal) == Text(other.StopSignal)
        && HasSame(one.Env, other.Env)
        && HasSame(one.Entrypoint, other.Entrypoint)
        && HasSame(one.Cmd, other.Cmd)
        && HasSame(one.Labels, other.Labels, IsSameText)
        && HasSame(one.ExposedPorts, other.ExposedPorts, IsSameSet)
        && HasSame(one.Volumes, other.Volumes, IsSameSet);

    private static bool HasSame(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        (one ?? []).SequenceEqual(other ?? [], StringComparer.Ordinal);

    private static bool HasSame<T>(IReadOnlyDictionary<string, T>? one, IReadOnlyDictionary<string, T>? other, Func<T, T, bool> isSame) =>
        (one?.Count ?? 0) == (other?.Count ?? 0)
        && (one is null || one.All(entry => other!.TryGetValue(entry.Key, out var value) && isSame(entry.Value, value)));

    private static bool IsSameText(string one, string other) => one == other;

    /// <summary>Ports and volumes are the keys of an object whose values say nothing.</summary>
    private static bool IsSameSet(JsonElement one, JsonElement other) => true;

    /// <summary>Engines write the same moment in more ways than one, and an image of no moment has the first of all.</summary>
    private static bool IsSameTime(string? one, string? other) => one == other || Moment(one) == Moment(other);

    private static DateTimeOffset Moment(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : DateTimeOffset.MinValue;

    private static string Text(string? text) => text ?? "";
}
