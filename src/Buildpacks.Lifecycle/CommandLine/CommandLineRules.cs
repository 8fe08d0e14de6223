using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.CommandLine;

/// <summary>Rules that several phases have for their arguments.</summary>
internal static class CommandLineRules
{
    /// <summary>Refuses arguments after the flags.</summary>
    /// <exception cref="LifecycleException">There are some: exit code 3.</exception>
    public static void TakesNoArguments(Arguments arguments)
    {
        if (arguments.Positional.Count > 0)
        {
            throw new LifecycleException(
                ExitCodes.InvalidArguments, "failed to parse arguments: received unexpected arguments");
        }
    }
}
