using System.Globalization;

namespace Buildpacks.Lifecycle.Os;

/// <summary>/etc/passwd, read as text: name service modules do not load into a static program.</summary>
internal static class PasswordFile
{
    /// <summary>A user's name and home folder.</summary>
    internal sealed record Entry(string Name, string Home);

    /// <summary>The user's entry, or <see langword="null"/> when there is none.</summary>
    public static Entry? Find(int user, string path = "/etc/passwd")
    {
        if (!File.Exists(path))
        {
            return null;
        }

        return File.ReadLines(path)
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 6 && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id == user)
            .Select(fields => new Entry(fields[0], fields[5]))
            .FirstOrDefault();
    }
}
