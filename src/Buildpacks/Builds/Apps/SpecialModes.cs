using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// The files and folders of an app with a set-user-id or set-group-id bit. Some tars, such as that of busybox, leave these bits out unless
/// root unpacks: then a script of the shell sets the modes.
/// </summary>
internal sealed class SpecialModes
{
    private const UnixFileMode Bits = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    /// <summary>A command line must not be longer than the system takes.</summary>
    private const int MostOfCommand = 100;

    private readonly SortedDictionary<UnixFileMode, List<string>> _names = [];

    /// <summary>Notes a file or folder if its mode has such bits.</summary>
    /// <param name="name">The name of its entry in the archive.</param>
    /// <param name="mode">Its mode.</param>
    public void Add(string name, UnixFileMode mode)
    {
        if ((mode & Bits) == 0)
        {
            return;
        }

        if (!_names.TryGetValue(mode, out var names))
        {
            _names.Add(mode, names = []);
        }

        names.Add(name);
    }

    /// <summary>The script that sets the modes, for an archive that was unpacked at the root; <see langword="null"/> when there are none.</summary>
    public byte[]? Script()
    {
        if (_names.Count == 0)
        {
            return null;
        }

        var script = new StringBuilder();
        foreach (var (mode, names) in _names)
        {
            foreach (var some in names.Chunk(MostOfCommand))
            {
                script.Append("chmod ").Append(Convert.ToString((int)mode, 8).PadLeft(4, '0'));
                foreach (var name in some)
                {
                    script.Append(' ').Append(ShellQuote.Quote("/" + name));
                }

                // The exit code of the script is that of its last command.
                script.Append(" || return 1\n");
            }
        }

        return Encoding.UTF8.GetBytes(script.ToString());
    }
}
