using Buildpacks.Oci;

namespace Buildpacks.Builds.Phases;

/// <summary>The names by which a lifecycle is told of images, where lifecycles read a name in more than one way.</summary>
internal static class LifecycleNames
{
    /// <summary>No registry can have this name (RFC 2606). It is as long as <c>localhost</c>, so that no name gets too long by it.</summary>
    private const string StandIn = "a.invalid";

    /// <summary>Stands for the address of the registry of the build, which is not known before that runs.</summary>
    public const string Registry = "registry.invalid";

    /// <summary>
    /// What an analyzer in a container of its own is told of the run image. The exporter of the reference lifecycle reads the path of the run
    /// image's layout as the name of an image, and no repository may contain a <c>:</c> as the address of a registry may. The labels name the run
    /// image by the file of run images, and not by this name.
    /// </summary>
    public static readonly ImageReference RunImage = ImageReference.Parse(StandIn + "/run:latest");

    private const string Localhost = "localhost";

    /// <summary>
    /// A name of the image that all lifecycles read alike. They agree that the first part of a name is a registry when it contains
    /// <c>.</c> or <c>:</c>. They do not agree on <c>localhost</c>, and they refuse a registry in upper case without these.
    /// </summary>
    /// <param name="image">The image to be made.</param>
    /// <returns>The image's own name, or one with another registry.</returns>
    public static ImageReference ForLayout(ImageReference image) =>
        image.Registry.AsSpan().IndexOfAny('.', ':') < 0 && ImageReference.TryParse($"{StandIn}/{image.Repository}:{image.Tag}", out var name, out _)
            ? name
            : image;

    /// <summary>Whether some lifecycles export an image to a docker daemon under another name than its own: <c>localhost/web</c> as <c>docker.io/localhost/web</c>.</summary>
    /// <param name="image">The image to be made.</param>
    public static bool ChangesInDaemon(ImageReference image) => image.Registry == Localhost;
}
