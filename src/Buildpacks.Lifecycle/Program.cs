using Buildpacks.Lifecycle;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;

// The launcher that goes into app images is this program without its phases: see LifecycleArchive.targets.
#if LAUNCHER
return await new LauncherApplication(ConsoleLog.ForProcess(LogLevel.Info)).RunAsync(ProcessStart.Current(args), CancellationToken.None);
#else
return await new Application(ConsoleLog.ForProcess).RunAsync(ProcessStart.Current(args), CancellationToken.None);
#endif
