using Buildpacks.Lifecycle;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;

// The launcher that goes into app images is this program without its phases: see LifecycleArchive.targets.
#if LAUNCHER
return await new LauncherApplication(ConsoleLog.ForLauncher(LogLevel.Info)).RunAsync(ProcessStart.Current(args), CancellationToken.None);
#else
var start = ProcessStart.Current(args);
return await new Application(Application.IsLauncher(start) ? ConsoleLog.ForLauncher : ConsoleLog.ForPhase).RunAsync(start, CancellationToken.None);
#endif
