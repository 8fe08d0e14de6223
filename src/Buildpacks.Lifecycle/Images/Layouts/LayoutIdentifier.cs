namespace Buildpacks.Lifecycle.Images.Layouts;

/// <summary>How files between phases name an image in a layout: <c>folder@sha256:…</c> with the manifest's digest.</summary>
internal static class LayoutIdentifier
{
    /// <summary>The identifier of an image.</summary>
    public static string Of(string folder, string digest) => $"{folder}@{digest}";

    /// <summary>The folder that an identifier names, or <see langword="null"/> when the text is an image name.</summary>
    public static string? Folder(string text)
    {
        if (!text.StartsWith('/'))
        {
            return null;
        }

        var at = text.LastIndexOf("@sha256:", StringComparison.Ordinal);
        return at < 0 ? text : text[..at];
    }
}
