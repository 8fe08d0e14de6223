using System.Text;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Layouts;

/// <summary>
/// Writing into a layout folder that other processes may write into. Whoever writes holds the layout's marker file, together with others, and
/// the lock of the index while the index changes. Only who has the layout alone removes blobs: nobody else relies on them then.
/// </summary>
/// <param name="folder">The layout.</param>
internal sealed class LayoutWriting(string folder) : IDisposable
{
    private const string IndexLock = "." + LayoutPath.IndexFile + ".lock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private IDisposable? _use;

    private string Marker => Path.Combine(folder, LayoutPath.MarkerFile);

    /// <summary>Creates what is not there, and begins to write.</summary>
    /// <exception cref="PackException"><c>PathUnusable</c>, <c>NoSpace</c>.</exception>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_use is null)
            {
                Directory.CreateDirectory(Path.Combine(folder, "blobs", OciDigest.Algorithm));
                CreateMarker();
                _use = await FileLock.TakeAsync(() => FileLock.TryShare(Marker), Patience, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "written", exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Writes a blob.</summary>
    /// <param name="digest">Its digest.</param>
    /// <param name="write">Writes the content.</param>
    public async Task WriteAsync(string digest, Func<Stream, Task> write)
    {
        await FileWriting.WriteAsync(PathOf(digest), write).ConfigureAwait(false);
        lock (_written)
        {
            _written.Add(digest);
        }
    }

    /// <summary>Takes a blob of another folder, unless it is there.</summary>
    /// <param name="digest">Its digest.</param>
    /// <param name="file">The file, which is moved.</param>
    public void Take(string digest, string file)
    {
        if (!File.Exists(PathOf(digest)))
        {
            File.Move(file, PathOf(digest));
            lock (_written)
            {
                _written.Add(digest);
            }
        }
    }

    /// <summary>Changes the index. No other process changes it meanwhile. All that was written before holds from here on.</summary>
    /// <param name="change">Reads the index, and gives its new content.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task ChangeIndexAsync(Func<Task<string>> change, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        using var guard = await LockIndexAsync(cancellationToken).ConfigureAwait(false);
        var content = Encoding.UTF8.GetBytes(await change().ConfigureAwait(false));
        await FileWriting.WriteAsync(
            Path.Combine(folder, LayoutPath.IndexFile), destination => destination.WriteAsync(content, cancellationToken).AsTask()).ConfigureAwait(false);
        lock (_written)
        {
            _written.Clear();
        }
    }

    /// <summary>
    /// Removes the blobs that were written and that no image of the layout names. They stay while another process writes into the layout,
    /// because it may have found them. Never throws.
    /// </summary>
    public void TakeBack()
    {
        Dispose();
        try
        {
            using var alone = File.Exists(Marker) ? FileLock.TryHold(Marker) : null;
            if (alone is not null && FindNamed() is { } named)
            {
                foreach (var digest in _written.Except(named))
                {
                    FileWriting.TryDelete(PathOf(digest));
                }

                _written.Clear();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What made the writing fail may keep the files, too.
        }
    }

    /// <summary>Ends the writing.</summary>
    public void Dispose()
    {
        _use?.Dispose();
        _use = null;
    }

    /// <summary>The file is not replaced when it is there: processes hold it.</summary>
    private void CreateMarker()
    {
        if (!File.Exists(Marker))
        {
            try
            {
                using var marker = new FileStream(Marker, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
                marker.Write(Encoding.UTF8.GetBytes(LayoutPath.MarkerContent));
            }
            catch (IOException) when (File.Exists(Marker))
            {
                // Another process created it at the same moment.
            }
        }
    }

    private async Task<IDisposable> LockIndexAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FileLock.TakeAsync(() => FileLock.TryTake(Path.Combine(folder, IndexLock)), Patience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "written", exception);
        }
    }

    /// <summary>The blobs that images of the layout name.</summary>
    /// <returns><see langword="null"/> when a document cannot be read: then nobody knows.</returns>
    private HashSet<string>? FindNamed()
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>();
        try
        {
            if (File.Exists(Path.Combine(folder, LayoutPath.IndexFile)))
            {
                Read(Path.Combine(folder, LayoutPath.IndexFile));
            }

            while (open.TryPop(out var digest))
            {
                if (named.Add(digest) && OciDigest.IsValid(digest) && new FileInfo(PathOf(digest)) is { Exists: true } file)
                {
                    if (file.Length > StoredManifest.MaximumSize)
                    {
                        return null;
                    }

                    Read(file.FullName);
                }
            }

            return named;
        }
        catch (JsonException)
        {
            return null;
        }

        void Read(string path)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement? root = document.RootElement;
            foreach (var manifest in root.Member("manifests").Items())
            {
                open.Push(manifest.Member("digest").Text() ?? "");
            }

            JsonElement?[] blobs = [root.Member("config"), .. root.Member("layers").Items(), .. root.Member("blobs").Items()];
            named.UnionWith(blobs.Select(blob => blob.Member("digest").Text()).OfType<string>());
        }
    }

    private string PathOf(string digest) => Path.Combine(folder, LayoutPath.Blob(digest));
}
