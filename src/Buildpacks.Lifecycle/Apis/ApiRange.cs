namespace Buildpacks.Lifecycle.Apis;

/// <summary>All versions from the lowest to the highest, both included.</summary>
internal sealed record ApiRange(ApiVersion Lowest, ApiVersion Highest)
{
    /// <summary>Whether the version lies in the range.</summary>
    public bool Contains(ApiVersion version) => version.CompareTo(Lowest) >= 0 && version.CompareTo(Highest) <= 0;

    /// <summary>Every minor version in the range, ascending.</summary>
    public IEnumerable<ApiVersion> All() =>
        Enumerable.Range(Lowest.Minor, Highest.Minor - Lowest.Minor + 1).Select(minor => new ApiVersion(Lowest.Major, minor));

    /// <summary>As people say it: <c>0.7 to 0.15</c>.</summary>
    public override string ToString() => $"{Lowest} to {Highest}";
}
