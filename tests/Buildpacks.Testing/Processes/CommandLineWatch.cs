using System.Collections.Concurrent;

namespace Buildpacks.Testing.Processes;

/// <summary>Looks at the command line, and if wanted the environment, of every process of the machine, over and over, as <c>ps</c> would.</summary>
public sealed class CommandLineWatch : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _seen = new();
    private readonly Thread _thread;
    private readonly bool _withEnvironments;
    private volatile bool _stop;

    /// <summary>Begins to look.</summary>
    /// <param name="withEnvironments">Whether environments are wanted, too.</param>
    public CommandLineWatch(bool withEnvironments = false)
    {
        _withEnvironments = withEnvironments;
        _thread = new Thread(Watch) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>The command lines seen until now, their words parted by spaces.</summary>
    public IReadOnlyCollection<string> Seen() => [.. _seen.Keys];

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    private void Watch()
    {
        while (!_stop)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc"))
            {
                if (char.IsAsciiDigit(Path.GetFileName(process)[0]))
                {
                    Read(process + "/cmdline");
                    if (_withEnvironments)
                    {
                        Read(process + "/environ");
                    }
                }
            }

            Thread.Sleep(1);
        }
    }

    private void Read(string path)
    {
        try
        {
            _seen.TryAdd(File.ReadAllText(path).Replace('\0', ' '), true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process ended while it was looked at.
        }
    }
}
