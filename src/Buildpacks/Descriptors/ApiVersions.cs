namespace Buildpacks.Descriptors;

/// <summary>The versions of one API that a lifecycle speaks.</summary>
public sealed record ApiVersions
{
    /// <summary>Versions that still work and will go.</summary>
    public IReadOnlyList<string> Deprecated { get; init => field = value ?? []; } = [];

    /// <summary>Versions that work; the deprecated ones may be among them.</summary>
    public IReadOnlyList<string> Supported { get; init => field = value ?? []; } = [];

    internal IReadOnlyList<string> All(string? older)
    {
        var all = Deprecated.Concat(Supported).Distinct(StringComparer.Ordinal).ToList();
        return all.Count == 0 && !string.IsNullOrEmpty(older) ? [older] : all;
    }
}
