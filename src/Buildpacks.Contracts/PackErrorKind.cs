namespace Buildpacks;

/// <summary>The categories of failures, for all engines and files.</summary>
public enum PackErrorKind
{
    /// <summary>The engine, the lifecycle or a file operation failed in a way that no other kind describes.</summary>
    Failed,

    /// <summary>The object does not exist.</summary>
    NotFound,

    /// <summary>The object is in use or already exists.</summary>
    Conflict,

    /// <summary>A registry or an engine denied access.</summary>
    Unauthorized,

    /// <summary>The engine or registry did not answer.</summary>
    Unreachable,

    /// <summary>The engine or the lifecycle does not support this.</summary>
    Unsupported,

    /// <summary>The input is not valid.</summary>
    InvalidInput,

    /// <summary>There is no space left.</summary>
    NoSpace,
}
