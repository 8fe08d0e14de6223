namespace Buildpacks.Descriptors;

/// <summary>A stack that a buildpack runs on.</summary>
public sealed record StackSupport
{
    /// <summary>The stack's id; <c>*</c> for any.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The mixins it needs.</summary>
    public IReadOnlyList<string>? Mixins { get; init; }
}
