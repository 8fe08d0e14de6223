namespace Buildpacks.Stores.Copies;

/// <summary>One of the images of a layout or an archive.</summary>
/// <typeparam name="T">What the file says of an image.</typeparam>
/// <param name="Image">The image.</param>
/// <param name="Identity">What two entries for the same image have in common.</param>
/// <param name="Names">Its names.</param>
internal sealed record ImageChoice<T>(T Image, string Identity, IReadOnlyList<string> Names);
