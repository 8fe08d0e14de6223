using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>
/// Reads flags the way Go programs do: <c>-flag value</c>, <c>-flag=value</c>, one dash or two, a switch without a value,
/// and the first argument that is no flag, or <c>--</c>, ends them.
/// </summary>
internal static class ArgumentParser
{
    /// <summary>Reads a phase's arguments.</summary>
    /// <param name="phase">The phase's name, for messages.</param>
    /// <param name="options">The options it takes.</param>
    /// <param name="arguments">What follows the program's name.</param>
    /// <param name="environment">The variables.</param>
    /// <param name="platformApi">What the platform speaks; flags of other APIs are refused.</param>
    /// <exception cref="LifecycleException">A flag that the phase does not take with this API, or a missing value: exit code 2, as Go programs have it.</exception>
    public static Arguments Parse(
        string phase,
        IReadOnlyList<Option> options,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        ApiVersion platformApi)
    {
        var taken = PhaseFlags.Of(phase, platformApi);
        var byFlag = options.Where(option => taken.Contains(option.Flag)).ToDictionary(option => option.Flag, StringComparer.Ordinal);
        var flags = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var index = 0;
        while (index < arguments.Count)
        {
            var argument = arguments[index];
            if (argument.Length < 2 || argument[0] != '-')
            {
                break;
            }

            index++;
            if (argument == "--")
            {
                break;
            }

            var text = argument[(argument.StartsWith("--", StringComparison.Ordinal) ? 2 : 1)..];
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals];
            if (!byFlag.TryGetValue(name, out var option))
            {
                throw Invalid(
                    $"flag provided but not defined: -{name}; with platform API {platformApi}, {phase} takes "
                    + string.Join(", ", byFlag.Keys.Order(StringComparer.Ordinal).Select(flag => "-" + flag)));
            }

            string value;
            if (equals >= 0)
            {
                value = text[(equals + 1)..];
            }
            else if (option.Kind == OptionKind.Switch)
            {
                value = "true";
            }
            else
            {
                value = index < arguments.Count ? arguments[index++] : throw Invalid($"flag needs an argument: -{name}");
            }

            flags[name] = option.Kind == OptionKind.List && flags.TryGetValue(name, out var earlier) ? [.. earlier, value] : [value];
        }

        return new Arguments(flags, [.. arguments.Skip(index)], environment);
    }

    private static LifecycleException Invalid(string message) => new(ExitCodes.InvalidFlags, message);
}
