namespace Buildpacks.IO;

/// <summary>Who owns the entries of a tar archive.</summary>
/// <param name="UserId">The user.</param>
/// <param name="GroupId">The group.</param>
public readonly record struct TarOwner(int UserId, int GroupId)
{
    /// <summary>The administrator.</summary>
    public static TarOwner Root => default;
}
