namespace Buildpacks;

/// <summary>A process that an app image can launch.</summary>
public sealed record PackProcess
{
    /// <summary>Its type, such as <c>web</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The command, one element a word.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Whether it runs without a shell.</summary>
    public bool Direct { get; init; }

    /// <summary>Its working directory; <see langword="null"/> for the app folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The buildpack that declared it.</summary>
    public string? BuildpackId { get; init; }

    /// <summary>Whether it is the process the image starts with.</summary>
    public bool Default { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Type;
}
