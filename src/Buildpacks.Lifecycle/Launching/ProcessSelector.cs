using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Launching;

/// <summary>
/// Decides what to start: the process type that the launcher was called as (<c>/cnb/process/web</c>), else the one in
/// <c>CNB_PROCESS_TYPE</c>, else the command that the user gave.
/// </summary>
internal sealed class ProcessSelector(BuildMetadata metadata, ApiVersion platformApi, string executionEnvironment)
{
    private const string TypeVariable = "CNB_PROCESS_TYPE";

    /// <summary>The process for the way in which the launcher was called.</summary>
    /// <exception cref="InvalidDataException">There is no such process, or nothing to start.</exception>
    public SelectedProcess Select(ProcessStart start)
    {
        var called = Path.GetFileName(start.Name);
        if (metadata.Processes.Any(process => process.Type == called))
        {
            return Provided(called, start.Arguments);
        }

        return start.Environment.TryGetValue(TypeVariable, out var type) && type.Length > 0
            ? Provided(type, start.Arguments)
            : UserProvided(start.Arguments);
    }

    private static SelectedProcess UserProvided(IReadOnlyList<string> arguments)
    {
        var direct = arguments is ["--", ..];
        var command = direct ? [.. arguments.Skip(1)] : arguments;
        return command.Count > 0
            ? new SelectedProcess(null, [command[0]], [.. command.Skip(1)], direct, null)
            : throw new InvalidDataException("when there is no default process a command is required");
    }

    private SelectedProcess Provided(string type, IReadOnlyList<string> userArguments)
    {
        var known = metadata.Processes.Where(process => process.Type == type).ToList();
        if (known.Count == 0)
        {
            throw new InvalidDataException(
                $"process type {type} was not found; the app has {string.Join(", ", metadata.Processes.Select(process => process.Type))}");
        }

        var process = known.Find(IsEligible)
            ?? throw new InvalidDataException($"process type {type} is not meant for the execution environment {executionEnvironment}");
        IReadOnlyList<string> arguments = userArguments.Count == 0
            ? process.Args ?? []
            : ReplacesArguments(process) ? userArguments : [.. process.Args ?? [], .. userArguments];
        return new SelectedProcess(type, process.Command, arguments, process.Direct, process.WorkingDirectory);
    }

    private bool IsEligible(LaunchProcess process) => platformApi.Before(0, 15) || process.IsEligible(executionEnvironment);

    // The user's arguments take the place of the buildpack's own when both APIs know default arguments.
    private bool ReplacesArguments(LaunchProcess process)
    {
        if (platformApi.Before(0, 10))
        {
            return false;
        }

        var buildpack = metadata.Buildpacks.FirstOrDefault(buildpack => buildpack.Id == process.BuildpackId)
            ?? throw new InvalidDataException($"process type {process.Type} comes from the buildpack '{process.BuildpackId}', which is not in metadata.toml");
        return SupportedApis.NegotiateBuildpack(buildpack.Api, buildpack.ToString()).AtLeast(0, 9);
    }
}

/// <summary>The process that is going to be started.</summary>
/// <param name="Type">Its type; <see langword="null"/> when the user gave the command.</param>
/// <param name="Command">The program and the arguments that are always given to it.</param>
/// <param name="Args">The arguments after these.</param>
/// <param name="Direct">Whether it starts without a shell.</param>
/// <param name="WorkingDirectory">Its folder; <see langword="null"/> means the app folder.</param>
internal sealed record SelectedProcess(
    string? Type, IReadOnlyList<string> Command, IReadOnlyList<string> Args, bool Direct, string? WorkingDirectory);
