using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Buildpacks.Builds.Running;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Sessions;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Diagnosis.Probe;

/// <summary>
/// The images of a checkup: one with <see cref="ProbeProgram"/>, and one with a file on top of it. Each checkup has images of its own.
/// A marker on this machine says that they may be there, until they are removed again.
/// </summary>
internal sealed class ProbeImages : IAsyncDisposable
{
    /// <summary>The path of the program in the images.</summary>
    public const string Program = "/probe";

    /// <summary>The path of the file of the second image.</summary>
    public const string Note = "/note";

    private readonly IEngine _engine;
    private readonly BuildMarkers _markers;
    private readonly string _architecture;
    private readonly ILogger _logger;
    private readonly BuildMarker _marker;
    private readonly Stack<ArchiveImage> _written = new();
    private ProbeLayer? _programLayer;

    /// <summary>Prepares the images; loads none.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="engineKey">The engine as markers name it.</param>
    /// <param name="markers">The markers.</param>
    /// <param name="architecture">The architecture of the engine's containers.</param>
    /// <param name="logger">Is told what is done.</param>
    public ProbeImages(IEngine engine, string engineKey, BuildMarkers markers, string architecture, ILogger logger)
    {
        (_engine, _markers, _architecture, _logger) = (engine, markers, architecture, logger);
        var session = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)).ToLowerInvariant();
        Name = $"localhost/buildpacks/check:{session}";
        _marker = new BuildMarker
        {
            Session = session,
            Engine = engineKey,
            Images = [SparseName, Name],
            Started = DateTimeOffset.UtcNow,
            Process = ProcessIdentity.Current(),
        };
    }

    /// <summary>The name of the image with the program.</summary>
    public string Name { get; }

    private string SparseName => Name + "-sparse";

    /// <summary>What the file of the second image says.</summary>
    public static string NoteText => "a layer on top of a layer that was not sent\n";

    /// <summary>Loads the image with the program.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        _markers.TryWrite(_marker, _logger);
        _programLayer = await ProbeLayer.CreateAsync(
            Program.TrimStart('/'), ProbeProgram.For(_architecture)!, executable: true, cancellationToken).ConfigureAwait(false);
        await LoadAsync(
            Name, [_programLayer.DiffId], async (archive, cancellation) => [await _programLayer.WriteToAsync(archive, cancellation).ConfigureAwait(false)],
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads an image on top of the first, without the first one's layer.</summary>
    /// <returns>The image's name, and whether the engine took it without that layer.</returns>
    public async Task<(string Name, bool Sparse)> LoadSparseAsync(CancellationToken cancellationToken)
    {
        var note = await ProbeLayer.CreateAsync(
            Note.TrimStart('/'), Encoding.UTF8.GetBytes(NoteText), executable: false, cancellationToken).ConfigureAwait(false);
        var below = _programLayer!.DiffId;
        var loaded = await LoadAsync(
            SparseName, [below, note.DiffId],
            async (archive, cancellation) => [ArchiveLayer.HeldBy(below), await note.WriteToAsync(archive, cancellation).ConfigureAwait(false)],
            cancellationToken).ConfigureAwait(false);
        return (SparseName, loaded.Sparse);
    }

    /// <summary>Removes what was loaded. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        var undo = new LoadUndo(_engine, _logger);
        var certain = true;
        while (_written.TryPop(out var image))
        {
            certain &= await undo.RunAsync(image, new Dictionary<string, string>()).ConfigureAwait(false);
        }

        if (certain)
        {
            _markers.TryRemove(_marker, _logger);
        }
        else
        {
            _markers.TryWrite(_marker with { Abandoned = true }, _logger);
        }
    }

    private async Task<LoadedImage> LoadAsync(
        string name, IReadOnlyList<string> diffIds, Func<ImageArchiveWriter, CancellationToken, Task<IReadOnlyList<ArchiveLayer>>> writeLayers,
        CancellationToken cancellationToken)
    {
        var config = JsonSerializer.SerializeToUtf8Bytes(Config(diffIds), OciJson.Default.OciImageConfig);
        return await new ImageLoader(_engine, _logger).LoadAsync(WriteAsync, [Name], progress: null, cancellationToken).ConfigureAwait(false);

        async Task<ArchiveImage> WriteAsync(ImageArchiveWriter archive, CancellationToken cancellation)
        {
            var image = new ArchiveImage(config, await writeLayers(archive, cancellation).ConfigureAwait(false), [name]);
            _written.Push(image);
            return image;
        }
    }

    private OciImageConfig Config(IReadOnlyList<string> diffIds) => new()
    {
        Architecture = _architecture,
        Os = "linux",
        Config = new OciContainerConfig { Labels = new Dictionary<string, string> { [BuildContainer.SessionLabel] = _marker.Session } },
        Rootfs = new OciRootFs { DiffIds = diffIds },
    };
}
