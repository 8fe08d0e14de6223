namespace Buildpacks;

/// <summary>A process that an app image can launch.</summary>
public sealed record PackProcess : ICommanded
{
    /// <summary>Its type, such as <c>web</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The command, one element per word.</summary>
    internal PackCollection<string> Command { get; init; } = [];

    /// <summary>Its arguments.</summary>
    internal PackCollection<string> Args { get; init; } = [];

    /// <summary>The command and its arguments as one string, for display.</summary>
    public string CommandLine => string.Join(' ', Command.Concat(Args));

    /// <summary>Whether it runs without a shell.</summary>
    public bool Direct { get; init; }

    /// <summary>Its working directory; <see langword="null"/> for the app folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The buildpack that declared it.</summary>
    public string? BuildpackId { get; init; }

    /// <summary>Whether the image starts this process by default.</summary>
    public bool Default { get; init; }

    /// <inheritdoc/>
    PackCollection<string> ICommanded.Command => Command;

    /// <inheritdoc/>
    PackCollection<string> ICommanded.Args => Args;

    /// <inheritdoc/>
    public override string ToString() => Type;
}
