using System.Globalization;
using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>A phase's inputs: what the flags say, else what the environment says, else the defaults.</summary>
/// <param name="flags">Values given as flags, by flag name.</param>
/// <param name="positional">What follows the flags.</param>
/// <param name="environment">The variables.</param>
internal sealed class Arguments(
    IReadOnlyDictionary<string, IReadOnlyList<string>> flags,
    IReadOnlyList<string> positional,
    IReadOnlyDictionary<string, string> environment)
{
    /// <summary>The arguments after the flags, such as image names.</summary>
    public IReadOnlyList<string> Positional { get; } = positional;

    /// <summary>Whether a flag or a variable gives the option.</summary>
    public bool IsGiven(Option option) => Given(option) is not null;

    /// <summary>The value, or <see langword="null"/> when nothing is given and there is no default. Paths are absolute.</summary>
    public string? Find(Option option)
    {
        if (Given(option) is { } given)
        {
            return option.Kind == OptionKind.Path ? Path.GetFullPath(given) : given;
        }

        if (option.Default?.StartsWith(Option.LayersPlaceholder, StringComparison.Ordinal) != true)
        {
            return option.Default;
        }

        var path = Get(Options.LayersDirectory) + option.Default[Option.LayersPlaceholder.Length..];
        return option.DefaultIfMissing is { } other && !File.Exists(path) ? other : path;
    }

    /// <summary>The value.</summary>
    /// <exception cref="LifecycleException">There is none: exit code 3.</exception>
    public string Get(Option option) => Find(option) ?? throw Invalid($"-{option.Flag} is required");

    /// <summary>Whether the switch is on. A variable with another value than true or false counts as false.</summary>
    public bool IsOn(Option option) => Given(option) switch
    {
        null or "" => false,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        var other when flags.ContainsKey(option.Flag) => throw InvalidFlag($"invalid boolean value \"{other}\" for -{option.Flag}"),
        _ => false,
    };

    /// <summary>The number, or <see langword="null"/> when nothing is given. A variable that is not a number counts as 0.</summary>
    public int? Number(Option option)
    {
        if (Given(option) is not { } given)
        {
            return null;
        }

        return int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : flags.ContainsKey(option.Flag) ? throw InvalidFlag($"invalid value \"{given}\" for flag -{option.Flag}: parse error")
            : 0;
    }

    /// <summary>All values of a flag that may be repeated; empty when nothing is given.</summary>
    public IReadOnlyList<string> List(Option option)
    {
        if (flags.TryGetValue(option.Flag, out var values))
        {
            return values;
        }

        return Given(option)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private static LifecycleException Invalid(string message) => new(ExitCodes.InvalidArguments, "failed to parse arguments: " + message);

    private static LifecycleException InvalidFlag(string message) => new(ExitCodes.InvalidFlags, message);

    private string? Given(Option option)
    {
        if (option.Flag.Length > 0 && flags.TryGetValue(option.Flag, out var values))
        {
            // An empty value takes back what the environment says.
            return values[^1].Length > 0 ? values[^1] : null;
        }

        return option.Variable is { } name && environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }
}
