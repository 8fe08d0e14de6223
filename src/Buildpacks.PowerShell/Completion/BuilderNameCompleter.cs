namespace Buildpacks.Commands.Completion;

/// <summary>Offers the names of builders.</summary>
public sealed class BuilderNameCompleter : ImageNameCompleter
{
    /// <inheritdoc/>
    protected override bool Offers(PackImage image) => image is { IsBuilder: true };
}
