namespace Buildpacks.Stores;

/// <summary>Which images of a store to list.</summary>
public sealed record ImageQuery
{
    /// <summary>Whether to list every image; else only those that buildpacks built.</summary>
    public bool All { get; init; }

    /// <summary>Whether to ask for the platform too: one more call on podman, one for each image on docker.</summary>
    public bool Detailed { get; init; }

    /// <summary>Decides by an image's names, in every spelling; <see langword="null"/> takes all. An image without a tag has its ids.</summary>
    public Predicate<string>? NameMatches { get; init; }
}
