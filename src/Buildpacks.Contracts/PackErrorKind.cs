namespace Buildpacks;

/// <summary>The sorts of failure, whichever engine or file they come from.</summary>
public enum PackErrorKind
{
    /// <summary>The engine, the lifecycle or a file operation failed in a way no other kind names.</summary>
    Failed,

    /// <summary>The thing named does not exist.</summary>
    NotFound,

    /// <summary>The thing is in use or exists already.</summary>
    Conflict,

    /// <summary>A registry or an engine refused the caller.</summary>
    Unauthorized,

    /// <summary>The engine or registry did not answer.</summary>
    Unreachable,

    /// <summary>The engine or the lifecycle cannot do this.</summary>
    Unsupported,

    /// <summary>What the caller gave is not valid.</summary>
    InvalidInput,

    /// <summary>There is no space left.</summary>
    NoSpace,
}
