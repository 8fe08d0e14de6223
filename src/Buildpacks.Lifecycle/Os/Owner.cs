namespace Buildpacks.Lifecycle.Os;

/// <summary>A user and a group by number.</summary>
/// <param name="Uid">The user.</param>
/// <param name="Gid">The group.</param>
internal readonly record struct Owner(int Uid, int Gid)
{
    /// <summary>The superuser.</summary>
    public static Owner Root { get; } = new(0, 0);

    /// <inheritdoc/>
    public override string ToString() => $"{Uid}:{Gid}";
}
