using Buildpacks.Engines;
using Buildpacks.Reporting;

namespace Buildpacks.Builds.Planning;

/// <summary>Shows a pull: the image, and below it each layer.</summary>
internal sealed class PullProgress(IPackSink sink, string image) : IProgress<EngineProgress>, IDisposable
{
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    private string Id => ProgressIds.Pull + "/" + image;

    /// <inheritdoc/>
    public void Report(EngineProgress value)
    {
        sink.Progress(new PackProgress { Id = Id, ParentId = ProgressIds.Build, Activity = $"Pulling {image}", Status = value.Id.Length == 0 ? value.Status : "" });
        if (value.Id.Length > 0)
        {
            lock (_open)
            {
                _ = value.IsDone ? _open.Remove(value.Id) : _open.Add(value.Id);
            }

            sink.Progress(Layer(value.Id) with { Status = value.Status, Current = value.Current, Total = value.Total, Completed = value.IsDone });
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_open)
        {
            foreach (var layer in _open)
            {
                sink.Progress(Layer(layer) with { Completed = true });
            }
        }

        sink.Progress(new PackProgress { Id = Id, ParentId = ProgressIds.Build, Activity = $"Pulling {image}", Completed = true });
    }

    private PackProgress Layer(string layer) => new() { Id = $"{Id}/{layer}", ParentId = Id, Activity = layer };
}
