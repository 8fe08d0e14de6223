namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>What an option's value is.</summary>
internal enum OptionKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A file or folder; made absolute.</summary>
    Path,

    /// <summary>True or false; the bare flag means true.</summary>
    Switch,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A flag that may be repeated; its variable holds the values parted by commas.</summary>
    List,
}
