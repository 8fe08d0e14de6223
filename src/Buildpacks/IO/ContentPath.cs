namespace Buildpacks.IO;

/// <summary>Checks the paths of archives, which may come from anywhere.</summary>
internal static class ContentPath
{
    /// <summary>A path from the root without <c>.</c>, empty parts and <c>/</c> at the end.</summary>
    /// <param name="path">The path as the archive has it.</param>
    /// <param name="normal">The path; empty for the root itself.</param>
    /// <returns>Whether the path is relative and has no <c>..</c>.</returns>
    public static bool TryNormalize(string path, out string normal)
    {
        normal = "";
        if (path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToArray();
        normal = string.Join('/', parts);
        return !parts.Contains("..");
    }

    /// <summary>Whether a symbolic link stays inside.</summary>
    /// <param name="path">The link's path, as <see cref="TryNormalize"/> gave it.</param>
    /// <param name="target">What the link says.</param>
    public static bool StaysInside(string path, string target)
    {
        if (target.Length == 0 || target.StartsWith('/') || target.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        var depth = path.Count(c => c == '/');
        foreach (var part in target.Split('/'))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
            {
                return false;
            }
        }

        return true;
    }
}
