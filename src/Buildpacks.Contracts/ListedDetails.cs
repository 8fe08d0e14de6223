namespace Buildpacks;

// The objects in the lists of a build's result implement these interfaces explicitly. PowerShell shows the members as properties of the
// object. ConvertTo-Json goes two levels deep by default and reads public properties only: a list or a time span in an object of a list is
// one level too deep, and would be truncated with a warning. It is left out of the result's JSON, and is in that of the object itself.

/// <summary>An operation with a duration.</summary>
public interface ITimed
{
    /// <summary>The duration.</summary>
    TimeSpan Duration { get; }
}

/// <summary>A call of a program or an API.</summary>
public interface ICalled
{
    /// <summary>The arguments of podman, or the method and path of the request. Secrets are masked.</summary>
    PackCollection<string> Arguments { get; }
}

/// <summary>A command and its arguments.</summary>
public interface ICommanded
{
    /// <summary>The command, one element per word.</summary>
    PackCollection<string> Command { get; }

    /// <summary>Its arguments.</summary>
    PackCollection<string> Args { get; }
}

/// <summary>An entry with annotations.</summary>
public interface IAnnotated
{
    /// <summary>The annotations.</summary>
    PackLabels Annotations { get; }
}
