using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Buildpacks.Lifecycle.Apis;

/// <summary>A platform or buildpack API version, <c>major.minor</c>; a bare <c>major</c> means minor 0.</summary>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    /// <summary>Reads a version.</summary>
    /// <exception cref="FormatException">The text is no version.</exception>
    public static ApiVersion Parse(string text) =>
        TryParse(text, out var version)
            ? version.Value
            : throw new FormatException($"'{text}' is not an API version of the form <major>.<minor>");

    /// <summary>Reads a version, or says that the text is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiVersion? version)
    {
        version = null;
        var parts = (text ?? "").Split('.');
        if (parts.Length > 2 || !TryNumber(parts[0], out var major))
        {
            return false;
        }

        var minor = 0;
        if (parts.Length == 2 && !TryNumber(parts[1], out minor))
        {
            return false;
        }

        version = new ApiVersion(major, minor);
        return true;
    }

    /// <summary>Whether this version is the given one or a later one.</summary>
    public bool AtLeast(int major, int minor) => CompareTo(new ApiVersion(major, minor)) >= 0;

    /// <summary>Whether this version comes before the given one.</summary>
    public bool Before(int major, int minor) => !AtLeast(major, minor);

    /// <inheritdoc/>
    public int CompareTo(ApiVersion other) =>
        Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <summary>The version as written, <c>0.12</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
