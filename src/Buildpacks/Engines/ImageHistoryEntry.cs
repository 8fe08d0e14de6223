namespace Buildpacks.Engines;

/// <summary>A step in an image's making.</summary>
/// <param name="Id">The id of the image at that step; empty or <c>&lt;missing&gt;</c> when the engine does not know.</param>
/// <param name="Created">When.</param>
/// <param name="CreatedBy">By what command.</param>
/// <param name="Size">What it added, in bytes.</param>
/// <param name="Comment">A remark.</param>
public sealed record ImageHistoryEntry(string Id, DateTimeOffset Created, string CreatedBy, long Size, string Comment);
