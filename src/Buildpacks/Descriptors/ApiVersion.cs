using System.Globalization;

namespace Buildpacks.Descriptors;

/// <summary>A version of the platform or buildpack API: two numbers, compared as numbers, so that 0.9 is older than 0.10.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number; 0 when the text had none.</param>
internal readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    /// <summary>Reads a version.</summary>
    /// <param name="text">Such as <c>0.12</c>.</param>
    /// <param name="version">The version.</param>
    /// <returns>Whether the text is one.</returns>
    public static bool TryParse(string? text, out ApiVersion version)
    {
        version = default;
        var parts = (text ?? "").Split('.');
        var minor = 0;
        if (parts.Length > 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out minor)))
        {
            return false;
        }

        version = new ApiVersion(major, minor);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ApiVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Whether one version is older than another.</summary>
    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether one version is newer than another.</summary>
    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether one version is not newer than another.</summary>
    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one version is not older than another.</summary>
    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;
}
