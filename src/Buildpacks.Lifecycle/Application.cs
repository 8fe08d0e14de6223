using System.Reflection;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Launching;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle;

/// <summary>Finds what the program was called for, runs it, and turns failures into messages and exit codes.</summary>
/// <param name="openLog">Opens the log at a level.</param>
internal sealed class Application(Func<LogLevel, ILifecycleLog> openLog)
{
    private const string LauncherName = "launcher";

    private ILifecycleLog log = openLog(LogLevel.Info);

    /// <summary>The version of this lifecycle.</summary>
    public static string Version { get; } =
        typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Runs what the program was called for.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ProcessStart start, CancellationToken cancellationToken)
    {
        var (phase, arguments) = IsLauncher(start) ? (null, start.Arguments) : FindPhase(start);
        var failureCode = phase?.FailureCode ?? ExitCodes.Failed;
        try
        {
            if (IsLauncher(start))
            {
                await new Launcher(start, log).LaunchAsync(cancellationToken);
            }
            else if (phase is not null)
            {
                using var interrupt = Interrupt.Listen(cancellationToken);
                await RunAsync(phase, arguments, start.Environment, interrupt.Token);
            }
            else
            {
                await RunWithoutPhaseAsync(start, cancellationToken);
            }

            return ExitCodes.Success;
        }
        catch (LifecycleException exception)
        {
            log.Error(exception.Message);
            return exception.ExitCode;
        }
        catch (OperationCanceledException)
        {
            log.Error("interrupted");
            return failureCode;
        }
        catch (Exception exception) when (LifecycleException.IsExpected(exception))
        {
            log.Error($"failed to {phase?.Verb ?? "start"}: {exception.Message}");
            return failureCode;
        }
    }

    /// <summary>Whether the program was called as the launcher. Symlinks named for process types point at the launcher's file, so that file's name comes before the name it was called by.</summary>
    public static bool IsLauncher(ProcessStart start) =>
        Path.GetFileName(start.Executable) == LauncherName || Path.GetFileName(start.Name) == LauncherName;

    private static (IPhase? Phase, IReadOnlyList<string> Arguments) FindPhase(ProcessStart start)
    {
        if (PhaseCatalog.Find(Path.GetFileName(start.Name)) is { } called)
        {
            return (called, start.Arguments);
        }

        return start.Arguments is [var first, ..] && PhaseCatalog.Find(first) is { } named
            ? (named, [.. start.Arguments.Skip(1)])
            : (null, start.Arguments);
    }

    private static LogLevel ParseLevel(string text) => text.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.Debug,
        "INFO" => LogLevel.Info,
        "WARN" or "WARNING" => LogLevel.Warn,
        "ERROR" or "FATAL" => LogLevel.Error,
        _ => throw new LifecycleException(
            ExitCodes.InvalidArguments, $"failed to parse arguments: the log level '{text}' is none of debug, info, warn, error"),
    };

    private async Task RunAsync(
        IPhase phase, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        if (arguments is ["-version" or "--version", ..])
        {
            log.Info(Version);
            return;
        }

        var platformApi = SupportedApis.NegotiatePlatform(environment);
        var parsed = ArgumentParser.Parse(phase.Name, [.. phase.Options, Options.LogLevel, Options.NoColor], arguments, environment, platformApi);
        log = openLog(ParseLevel(parsed.Get(Options.LogLevel)));
        foreach (var argument in parsed.Positional.Where(argument => argument.StartsWith('-')))
        {
            log.Warn($"unconsumed flag-like positional arg: \n\t{argument}\n\t This will not be interpreted as a flag.\n\t Did you mean to put this before the first positional argument?");
        }

        await phase.RunAsync(parsed, new PhaseContext(log, platformApi, environment), cancellationToken);
    }

    private async Task RunWithoutPhaseAsync(ProcessStart start, CancellationToken cancellationToken)
    {
        switch (start.Arguments)
        {
            case [LauncherName or "launch", ..]:
                await new Launcher(start with { Arguments = [.. start.Arguments.Skip(1)] }, log).LaunchAsync(cancellationToken);
                break;
            case ["-version" or "--version"]:
                log.Info(Version);
                break;
            case ["-describe" or "--describe"]:
                log.Info(LifecycleDescriptor.Text(Version));
                break;
            default:
                var asked = start.Arguments is [var first, ..]
                    ? $"'{first}' is no phase"
                    : $"called as '{Path.GetFileName(start.Name)}', which is no phase";
                throw new LifecycleException(
                    ExitCodes.InvalidArguments,
                    $"{asked}; the phases are {string.Join(", ", PhaseCatalog.All.Select(phase => phase.Name))}, {LauncherName}");
        }
    }
}
