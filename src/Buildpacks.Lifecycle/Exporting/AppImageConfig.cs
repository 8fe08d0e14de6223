using System.Globalization;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>The config of an app image while it grows out of the run image's. What the run image says and the app image does not contradict is kept.</summary>
internal sealed class AppImageConfig
{
    private readonly OciImageConfig runImage;
    private readonly string created;
    private readonly List<string> diffIds;
    private readonly List<OciHistory> history;
    private readonly List<string> environment;
    private readonly SortedDictionary<string, string> labels = new(StringComparer.Ordinal);

    /// <summary>Starts from a run image.</summary>
    /// <param name="runImage">The run image's config.</param>
    /// <param name="created">When the app image is said to be made.</param>
    /// <param name="keepHistory">Whether the history says how each layer came to be; platform APIs before 0.12 leave it blank.</param>
    public AppImageConfig(OciImageConfig runImage, DateTimeOffset created, bool keepHistory)
    {
        this.runImage = runImage;
        this.created = created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        KeepsHistory = keepHistory;
        diffIds = [.. runImage.Rootfs.DiffIds];
        history = InitialHistory(runImage, keepHistory);
        environment = [.. runImage.Config?.Env ?? []];
        foreach (var (name, value) in runImage.Config?.Labels ?? new Dictionary<string, string>())
        {
            labels[name] = value;
        }
    }

    /// <summary>What a container runs.</summary>
    public string Entrypoint { get; set; } = "";

    /// <summary>Where it runs.</summary>
    public string WorkingDirectory { get; set; } = "";

    private bool KeepsHistory { get; }

    /// <summary>Adds a layer on top.</summary>
    public void AddLayer(string diffId, string createdBy)
    {
        diffIds.Add(diffId);
        history.Add(KeepsHistory ? new OciHistory { Created = created, CreatedBy = createdBy } : new OciHistory { Created = created });
    }

    /// <summary>Sets a label.</summary>
    public void SetLabel(string name, string value) => labels[name] = value;

    /// <summary>The value of a variable; empty when it is not set, or when its value contains an equals sign, as with the reference lifecycle.</summary>
    public string GetVariable(string name) =>
        environment.FirstOrDefault(entry => IsVariable(entry, name)) is { } entry && entry.IndexOf('=', name.Length + 1) < 0
            ? entry[(name.Length + 1)..]
            : "";

    /// <summary>Sets a variable.</summary>
    public void SetVariable(string name, string value)
    {
        var index = environment.FindIndex(entry => IsVariable(entry, name));
        if (index >= 0)
        {
            environment[index] = $"{name}={value}";
        }
        else
        {
            environment.Add($"{name}={value}");
        }
    }

    /// <summary>The config as it is now.</summary>
    public OciImageConfig Build() => runImage with
    {
        Created = created,
        Rootfs = new OciRootFs { DiffIds = diffIds },
        History = history,
        Config = (runImage.Config ?? new OciContainerConfig()) with
        {
            Env = environment,
            Labels = labels,
            Entrypoint = [Entrypoint],
            Cmd = null,
            WorkingDir = WorkingDirectory,
        },
    };

    private static bool IsVariable(string entry, string name) =>
        entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal);

    // One entry a layer: steps that made no layer are left out, and where the rest does not match the layers, all are blank.
    // Every entry gets the app image's creation time.
    private List<OciHistory> InitialHistory(OciImageConfig image, bool keep)
    {
        var steps = image.History?.Where(entry => entry.EmptyLayer != true).ToList() ?? [];
        return keep && steps.Count == image.Rootfs.DiffIds.Count
            ? [.. steps.Select(entry => entry with { Created = created })]
            : [.. image.Rootfs.DiffIds.Select(_ => new OciHistory { Created = created })];
    }
}
