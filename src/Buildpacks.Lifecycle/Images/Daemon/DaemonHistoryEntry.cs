using System.Globalization;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>One step as <c>GET /images/NAME/history</c> answers.</summary>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="CreatedBy">By what command.</param>
/// <param name="Comment">A remark.</param>
/// <param name="Size">The size of its layer, 0 when it made none.</param>
internal sealed record DaemonHistoryEntry(long Created, string? CreatedBy, string? Comment, long Size)
{
    /// <summary>A history as an image's config has it. The daemon does not say which steps made a layer; where sizes do not tell either, the history is empty.</summary>
    /// <param name="steps">The steps, the newest first.</param>
    /// <param name="layers">How many layers the image has.</param>
    public static IReadOnlyList<OciHistory> ToHistory(IReadOnlyList<DaemonHistoryEntry> steps, int layers)
    {
        if (steps.Count == layers)
        {
            return [.. steps.Reverse().Select(step => step.ToOci(empty: false))];
        }

        return steps.Count(step => step.Size > 0) == layers ? [.. steps.Reverse().Select(step => step.ToOci(step.Size == 0))] : [];
    }

    private OciHistory ToOci(bool empty) => new()
    {
        Created = DateTimeOffset.FromUnixTimeSeconds(Created).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        CreatedBy = string.IsNullOrEmpty(CreatedBy) ? null : CreatedBy,
        Comment = string.IsNullOrEmpty(Comment) ? null : Comment,
        EmptyLayer = empty ? true : null,
    };
}
