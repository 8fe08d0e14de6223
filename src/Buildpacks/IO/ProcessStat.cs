namespace Buildpacks.IO;

/// <summary>What Linux tells of a process.</summary>
internal static class ProcessStat
{
    /// <summary>The place of the state among the fields: a letter.</summary>
    public const int State = 0;

    /// <summary>The place of the parent.</summary>
    public const int Parent = 1;

    /// <summary>The place of the session.</summary>
    public const int Session = 3;

    /// <summary>The place of the time when it began, in the kernel's own count.</summary>
    public const int Start = 19;

    /// <summary>Reads the fields of a process, from its state on.</summary>
    /// <param name="id">Its number.</param>
    /// <exception cref="IOException">There is no such process.</exception>
    /// <exception cref="UnauthorizedAccessException">It is hidden from this user.</exception>
    public static string[] FieldsOf(int id)
    {
        // The second field is the program's name in parentheses, which may contain anything.
        var status = File.ReadAllText($"/proc/{id}/stat");
        return status[(status.LastIndexOf(')') + 2)..].Split(' ');
    }
}
