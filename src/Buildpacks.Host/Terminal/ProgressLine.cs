using System.Management.Automation;

namespace Buildpacks.Host.Terminal;

/// <summary>Shows the activities in progress in one line: the outermost first, the newest last.</summary>
internal sealed class ProgressLine(Screen screen)
{
    private readonly object _gate = new();
    private readonly List<(long Source, ProgressRecord Record)> _open = [];

    /// <summary>Takes a new state of an activity.</summary>
    public void Update(long sourceId, ProgressRecord record)
    {
        lock (_gate)
        {
            var index = _open.FindIndex(open => open.Source == sourceId && open.Record.ActivityId == record.ActivityId);
            if (record.RecordType == ProgressRecordType.Completed)
            {
                if (index >= 0)
                {
                    _open.RemoveAt(index);
                }
            }
            else if (index >= 0)
            {
                _open[index] = (sourceId, record);
            }
            else
            {
                _open.Add((sourceId, record));
            }

            if (_open.Count == 0)
            {
                screen.EndProgress();
            }
            else
            {
                screen.ShowProgress(string.Join(" > ", _open.Select(open => Text(open.Record))));
            }
        }
    }

    private static string Text(ProgressRecord record)
    {
        var status = record.StatusDescription?.Trim();
        var text = string.IsNullOrEmpty(status) ? record.Activity : $"{record.Activity}: {status}";
        return record.PercentComplete >= 0 ? $"{text} {record.PercentComplete}%" : text;
    }
}
