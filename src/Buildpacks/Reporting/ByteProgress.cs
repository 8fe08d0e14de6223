using System.Diagnostics;
using System.Globalization;

namespace Buildpacks.Reporting;

/// <summary>Shows how many bytes have gone, a few times a second.</summary>
/// <param name="sink">Shows it.</param>
/// <param name="id">The activity's id.</param>
/// <param name="parentId">The id of the activity it is a part of; <see langword="null"/> for a top one.</param>
/// <param name="activity">What is done, such as <c>Sending the app</c>.</param>
internal sealed class ByteProgress(IPackSink sink, string id, string? parentId, string activity) : IProgress<long>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    private long _shown;

    /// <inheritdoc/>
    public void Report(long value)
    {
        if (_shown == 0 || Stopwatch.GetElapsedTime(_shown) >= Interval)
        {
            _shown = Stopwatch.GetTimestamp();
            sink.Progress(new PackProgress { Id = id, ParentId = parentId, Activity = activity, Status = Text(value), Current = value });
        }
    }

    /// <inheritdoc/>
    public void Dispose() =>
        sink.Progress(new PackProgress { Id = id, ParentId = parentId, Activity = activity, Completed = true });

    /// <summary>A number of bytes as people read it.</summary>
    public static string Text(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? value : Math.Round(value, 1))} {Units[unit]}");
    }
}
