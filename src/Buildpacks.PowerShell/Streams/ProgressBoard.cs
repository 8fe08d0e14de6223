using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace Buildpacks.Commands.Streams;

/// <summary>
/// The activities in progress: keeps the newest state of each, gives it to PowerShell a few times a second, and ends what was
/// left open.
/// </summary>
internal sealed class ProgressBoard
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly object _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<Entry> _order = [];
    private long _lastFlush;
    private int _nextId = 1;

    /// <summary>Notes the newest state of an activity. Any thread.</summary>
    /// <param name="progress">The state.</param>
    public void Update(PackProgress progress)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(progress.Id, out var entry))
            {
                if (progress.Completed)
                {
                    return;
                }

                entry = new Entry(_nextId++);
                _entries.Add(progress.Id, entry);
                _order.Add(entry);
            }

            entry.State = progress;
            entry.Changed = true;
        }
    }

    /// <summary>Shows what changed since the last time, unless that was just now. Pipeline thread.</summary>
    /// <param name="writer">Shows it.</param>
    public void Flush(IStreamWriter writer)
    {
        if (_lastFlush != 0 && Stopwatch.GetElapsedTime(_lastFlush) < Interval)
        {
            return;
        }

        _lastFlush = Stopwatch.GetTimestamp();
        foreach (var record in Take(completeAll: false))
        {
            writer.WriteProgress(record);
        }
    }

    /// <summary>Ends every activity that is shown. Pipeline thread.</summary>
    /// <param name="writer">Shows it.</param>
    public void CompleteAll(IStreamWriter writer)
    {
        foreach (var record in Take(completeAll: true))
        {
            writer.WriteProgress(record);
        }
    }

    private List<ProgressRecord> Take(bool completeAll)
    {
        lock (_gate)
        {
            var records = new List<ProgressRecord>();
            foreach (var entry in _order)
            {
                var completed = completeAll || entry.State!.Completed;
                if (completed ? entry.Shown : entry.Changed || entry.HasNewTime)
                {
                    records.Add(Record(entry, completed));
                    entry.Shown = true;
                }

                entry.Changed = false;
                if (completed)
                {
                    _entries.Remove(entry.State!.Id);
                }
            }

            _order.RemoveAll(entry => completeAll || entry.State!.Completed);

            // Parts end before what they are a part of.
            if (completeAll)
            {
                records.Reverse();
            }

            return records;
        }
    }

    private ProgressRecord Record(Entry entry, bool completed)
    {
        var state = entry.State!;
        if (state.ParentId is { } parentId && _entries.TryGetValue(parentId, out var parent) && parent != entry)
        {
            entry.ParentId = parent.Id;
        }

        return new ProgressRecord(entry.Id, state.Activity, entry.Status())
        {
            ParentActivityId = entry.ParentId,
            PercentComplete = Percent(state),
            RecordType = completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
    }

    private static int Percent(PackProgress state) =>
        state is { Current: { } current, Total: { } total and > 0 }
            ? (int)Math.Clamp(100 * (double)current / total, 0, 100)
            : -1;

    private sealed class Entry(int id)
    {
        private readonly long _began = Stopwatch.GetTimestamp();
        private long _shownSeconds;

        public int Id { get; } = id;

        public int ParentId { get; set; } = -1;

        public PackProgress? State { get; set; }

        public bool Changed { get; set; }

        public bool Shown { get; set; }

        /// <summary>Whether the time that was shown is not the one that has gone by since.</summary>
        public bool HasNewTime => State!.IsTimed && Seconds != _shownSeconds;

        private long Seconds => (long)Stopwatch.GetElapsedTime(_began).TotalSeconds;

        /// <summary>What to say beside the activity: PowerShell wants something there, if only a space.</summary>
        public string Status()
        {
            _shownSeconds = Seconds;
            var time = State!.IsTimed && _shownSeconds > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{_shownSeconds / 60}:{_shownSeconds % 60:00}")
                : "";
            return $"{State.Status} {time}".Trim() is { Length: > 0 } status ? status : " ";
        }
    }
}
