using Buildpacks.IO;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>A file of the cache that is being written: the app is in it, so it is its user's alone. What cannot be written is not kept, and nobody is troubled with it.</summary>
internal sealed class LayerCacheFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private bool _failed;

    /// <summary>Makes the file.</summary>
    public LayerCacheFile(string path)
    {
        _path = path;
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

    /// <summary>Gives the file its name for good.</summary>
    /// <returns>Whether it has it.</returns>
    public bool MoveTo(string path)
    {
        try
        {
            _file.Dispose();
            if (!_failed)
            {
                File.Move(_path, path, overwrite: true);
            }

            return !_failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes the file, unless it was kept.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // What was still to be written does not fit; the file goes all the same.
        }

        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays until room is made.
        }
    }
}
