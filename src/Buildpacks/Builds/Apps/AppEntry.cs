using System.Formats.Tar;
using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>An entry of an app as it is sent, whatever it is read from.</summary>
internal static class AppEntry
{
    /// <summary>Everyone may do everything: links, the app's own folder, and what has no mode.</summary>
    public const UnixFileMode Everything = (UnixFileMode)0b111_111_111;

    /// <summary>The mode of a folder that an archive has files in, and no entry of its own for.</summary>
    public const UnixFileMode UsualFolder = (UnixFileMode)0b111_101_101;

    /// <summary>What eleven octal digits of seconds come to.</summary>
    private static readonly DateTimeOffset Latest = DateTimeOffset.FromUnixTimeSeconds((1L << 33) - 1);

    /// <summary>Creates an entry.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="name">Its name in the archive that is sent; a folder's ends with a slash.</param>
    /// <param name="owner">Who owns it.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="time">The time of the last change; kept as far as an archive has a place for it.</param>
    /// <param name="target">The target of a link.</param>
    public static GnuTarEntry Create(TarEntryType type, string name, TarOwner owner, UnixFileMode mode, DateTimeOffset time, string? target = null)
    {
        var entry = new GnuTarEntry(type, name)
        {
            Uid = owner.UserId,
            Gid = owner.GroupId,
            Mode = mode,
            ModificationTime = time < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : time > Latest ? Latest : time,
            AccessTime = default,
            ChangeTime = default,
        };
        if (target is not null)
        {
            entry.LinkName = target;
        }

        return entry;
    }
}
