namespace Buildpacks.Reporting;

/// <summary>The activities that a build shows.</summary>
internal static class ProgressIds
{
    /// <summary>The whole build.</summary>
    public const string Build = "build";

    /// <summary>The app goes into the container.</summary>
    public const string Upload = "build/upload";

    /// <summary>The lifecycle runs; its phases are below.</summary>
    public const string Lifecycle = "build/lifecycle";

    /// <summary>The image goes into the store.</summary>
    public const string Import = "build/import";

    /// <summary>An image is pulled.</summary>
    public const string Pull = "build/pull";
}
