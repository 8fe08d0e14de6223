using Buildpacks.IO;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>A file of the cache that is being written: the app is in it, so it is its user's alone. What cannot be written is not kept, and nobody is troubled with it.</summary>
internal sealed class LayerCacheFile : IDisposable
{
    private readonly FileStream _file;
    private bool _failed;

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Makes the file.</summary>
    public LayerCacheFile(string path)
    {
        Path = path;
        _file = OwnerOnlyFile.Create(path);
    }

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (!_failed)
            {
                _file.Write(bytes);
            }
        }
        catch (IOException)
        {
            _failed = true;
        }
    }

    /// <summary>Ends the writing.</summary>
    /// <returns>Whether all was written.</returns>
    public bool Complete()
    {
        try
        {
            _file.Dispose();
            return !_failed;
        }
        catch (IOException)
        {
            _failed = true;
            return false;
        }
    }

    /// <summary>Gives a complete file its name for good.</summary>
    /// <returns>Whether it has it.</returns>
    public bool MoveTo(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                // It is no file of this cache.
                Directory.Delete(path, recursive: true);
            }

            File.Move(Path, path, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes the file, unless it was kept.</summary>
    public void Dispose()
    {
        // What was still to be written may not fit; the file goes all the same.
        Complete();
        try
        {
            File.Delete(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays until room is made.
        }
    }
}
