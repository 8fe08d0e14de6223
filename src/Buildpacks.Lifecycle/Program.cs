using Buildpacks.Lifecycle;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;

// The launcher that goes into app images is this program without its phases: see LifecycleArchive.targets.
#if LAUNCHER
return await new LauncherApplication(ConsoleLog.ForLauncher(LogLevel.Info)).RunAsync(ProcessStart.Current(args), CancellationToken.None);
#else
return await new Application(ConsoleLog.ForPhase).RunAsync(ProcessStart.Current(args), CancellationToken.None);
#endif
