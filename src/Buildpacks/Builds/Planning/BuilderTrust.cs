using Buildpacks.Oci;

namespace Buildpacks.Builds.Planning;

/// <summary>Where the trust in a builder comes from.</summary>
internal enum TrustSource
{
    /// <summary>Nobody said that the builder is trusted.</summary>
    None,

    /// <summary>The caller.</summary>
    Parameter,

    /// <summary>The list of the user's configuration.</summary>
    Configuration,

    /// <summary>The list that this module has.</summary>
    BuiltIn,
}

/// <summary>
/// Whether the user trusts a builder. It decides what may be where its programs run, on routes on which a build hands something out: on the route
/// over a layout nothing depends on it.
/// </summary>
/// <param name="Source">Where the trust comes from.</param>
/// <param name="Entry">The entry of a list that names the builder; <see langword="null"/> without a list.</param>
internal sealed record BuilderTrust(TrustSource Source, string? Entry)
{
    /// <summary>The builders that pack trusts without being told. An entry without a tag is for every tag.</summary>
    private static readonly string[] BuiltIn =
    [
        "gcr.io/buildpacks/builder:google-22",
        "heroku/builder:20", "heroku/builder:22", "heroku/builder:24", "heroku/builder:26",
        "paketobuildpacks/builder-jammy-base", "paketobuildpacks/builder-jammy-full", "paketobuildpacks/builder-jammy-tiny", "paketobuildpacks/builder-jammy-buildpackless-static",
        "paketobuildpacks/ubuntu-noble-builder", "paketobuildpacks/builder-ubi8-base", "paketobuildpacks/ubi-9-builder", "paketobuildpacks/ubi-10-builder",
    ];

    /// <summary>Whether the builder is trusted.</summary>
    public bool IsTrusted => Source != TrustSource.None;

    /// <summary>Looks for a builder.</summary>
    /// <param name="builder">Its name.</param>
    /// <param name="isAsked">Whether the caller trusts it.</param>
    /// <param name="configured">The builders that the user's configuration trusts. An entry without a tag is for every tag.</param>
    public static BuilderTrust Of(ImageReference builder, bool isAsked, IReadOnlyList<string> configured) =>
        isAsked ? new BuilderTrust(TrustSource.Parameter, null)
        : configured.FirstOrDefault(entry => Names(entry, builder)) is { } chosen ? new BuilderTrust(TrustSource.Configuration, chosen)
        : BuiltIn.FirstOrDefault(entry => Names(entry, builder)) is { } known ? new BuilderTrust(TrustSource.BuiltIn, known)
        : new BuilderTrust(TrustSource.None, null);

    private static bool Names(string entry, ImageReference builder)
    {
        if (!ImageReference.TryParse(entry, out var trusted, out _) || trusted.Name != builder.Name)
        {
            return false;
        }

        var hasTag = entry.LastIndexOf(':') > entry.LastIndexOf('/');
        return !hasTag && trusted.Digest is null || trusted == builder;
    }
}
