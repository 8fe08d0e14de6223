namespace Buildpacks.Builds.Running;

/// <summary>A layout would have to be read a second time, and the container that had it is gone.</summary>
internal sealed class LayoutGoneException() : Exception("The layout was removed with its container.");
