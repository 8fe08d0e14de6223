namespace Buildpacks.Engines.Docker;

/// <summary>
/// Reads the kind of a failure from docker's words, where its HTTP status does not tell: messages in a stream have none, and a
/// registry's refusal comes as 500.
/// </summary>
internal static class DockerErrorWords
{
    private static readonly (string Words, PackErrorKind Kind)[] Known =
    [
        ("no space left on device", PackErrorKind.NoSpace),
        ("disk quota exceeded", PackErrorKind.NoSpace),
        ("no basic auth credentials", PackErrorKind.Unauthorized),
        ("unauthorized", PackErrorKind.Unauthorized),
        ("authentication required", PackErrorKind.Unauthorized),
        ("incorrect username or password", PackErrorKind.Unauthorized),
        ("requested access to the resource is denied", PackErrorKind.Unauthorized),
        ("pull access denied", PackErrorKind.Unauthorized),
        ("manifest unknown", PackErrorKind.NotFound),
        ("does not exist locally", PackErrorKind.NotFound),

        // The name of a container is taken from the beginning of its creation, before the container can be found.
        ("could not find container for entity id", PackErrorKind.Conflict),
        ("tag does not exist", PackErrorKind.NotFound),
        ("No such image", PackErrorKind.NotFound),
        ("invalid reference format", PackErrorKind.InvalidInput),
        ("invalid mode: ", PackErrorKind.InvalidInput),
        ("no matching manifest", PackErrorKind.Unsupported),
        ("connection refused", PackErrorKind.Unreachable),
        ("no such host", PackErrorKind.Unreachable),
        ("i/o timeout", PackErrorKind.Unreachable),
        ("network is unreachable", PackErrorKind.Unreachable),
    ];

    /// <summary>The kind.</summary>
    /// <returns><see langword="null"/> when the words are not known.</returns>
    public static PackErrorKind? Classify(string words)
    {
        foreach (var (known, kind) in Known)
        {
            if (words.Contains(known, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return null;
    }
}
