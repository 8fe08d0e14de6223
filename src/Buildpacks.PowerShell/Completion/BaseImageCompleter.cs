namespace Buildpacks.Commands.Completion;

/// <summary>Offers the names of images, whatever they are, but those that buildpacks built and builders.</summary>
public sealed class BaseImageCompleter : ImageNameCompleter
{
    /// <inheritdoc/>
    protected override bool Offers(PackImage image) => image is { IsApp: false, IsBuilder: false };
}
