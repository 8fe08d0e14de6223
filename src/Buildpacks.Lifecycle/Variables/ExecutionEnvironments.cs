using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;

namespace Buildpacks.Lifecycle.Variables;

/// <summary>The execution environment: production, test, development, or another word.</summary>
internal static class ExecutionEnvironments
{
    /// <summary>The variable that buildpacks and apps read.</summary>
    public const string Variable = "CNB_EXEC_ENV";

    /// <summary>The one that is meant when none is named.</summary>
    public const string Default = "production";

    /// <summary>The one that the platform asks for.</summary>
    /// <exception cref="LifecycleException">It has a slash, which the specification reserves: exit code 3.</exception>
    public static string Read(Arguments arguments) => Check(arguments.Get(Options.ExecutionEnvironment));

    /// <summary>The same word, when it is allowed.</summary>
    /// <exception cref="LifecycleException">It has a slash: exit code 3.</exception>
    public static string Check(string name) => name.Contains('/', StringComparison.Ordinal)
        ? throw new LifecycleException(ExitCodes.InvalidArguments, $"{Variable} is '{name}'; a slash is not allowed in it")
        : name;
}
