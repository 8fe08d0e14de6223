namespace Buildpacks.Builds.Records;

/// <summary>What became of a build.</summary>
internal enum LogOutcome
{
    /// <summary>It made an image.</summary>
    Built,

    /// <summary>It made the image that was there before.</summary>
    Unchanged,

    /// <summary>It failed.</summary>
    Failed,
}
