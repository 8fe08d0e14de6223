using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Launching;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle;

/// <summary>The launcher alone, as it lies in app images: without the phases it is less than half as large.</summary>
internal sealed class LauncherApplication(ILifecycleLog log)
{
    /// <summary>Becomes the process.</summary>
    /// <returns>The exit code of a failure; it does not return otherwise.</returns>
    public async Task<int> RunAsync(ProcessStart start, CancellationToken cancellationToken)
    {
        try
        {
            await new Launcher(start, log).LaunchAsync(cancellationToken);
            return ExitCodes.Success;
        }
        catch (LifecycleException exception)
        {
            log.Error(exception.Message);
            return exception.ExitCode;
        }
    }
}
