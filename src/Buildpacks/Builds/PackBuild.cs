using Buildpacks.Builds.Planning;
using Buildpacks.Builds.Records;
using Buildpacks.Builds.Running;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Reporting;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds;

/// <summary>Builds an app into an image: what Invoke-PackBuild does.</summary>
public static class PackBuild
{
    /// <summary>Checks the names and the path of a request, which needs no engine. A build checks them by itself.</summary>
    /// <param name="request">What to build.</param>
    /// <returns>
    /// The builder's name, which may come from the project descriptor or the user's configuration; <see langword="null"/> when that is in a git repository, which is not
    /// fetched for a check.
    /// </returns>
    /// <exception cref="PackException">
    /// Ids: <c>ImageNameInvalid</c>, <c>NoBuilder</c>, <c>BuildpackInvalid</c>, <c>BuildpackNotFound</c>, <c>AppPathNotFound</c>,
    /// <c>AppPathEmpty</c>, <c>AppPathInvalid</c>, <c>AppGitInvalid</c>, <c>ProjectTomlNotFound</c>, <c>ProjectTomlInvalid</c>, <c>CacheInvalid</c>.
    /// </exception>
    public static string? Check(BuildRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return BuildInputs.Check(request, PackConfigFile.OfUser().Read());
        }
        catch (PackException failure) when (SecretMask.Of(request.Env) is var secrets && secrets.Finds(failure))
        {
            throw secrets.Shown(failure);
        }
    }

    /// <summary>Builds.</summary>
    /// <param name="request">What to build.</param>
    /// <param name="engine">The engine that builds and gets the image.</param>
    /// <param name="calls">The engine's observer.</param>
    /// <param name="sink">Gets messages, progress, and the lifecycle's output as it comes.</param>
    /// <param name="cancellationToken">
    /// Ends the build within a second or two; nothing of it is left then. A load that the engine has in full is let finish before: it gets
    /// five seconds, and one for each 20 MB.
    /// </param>
    /// <returns>What was built.</returns>
    /// <exception cref="PackException">
    /// The build failed. Ids: <c>NoBuilder</c>, <c>BuilderNotFound</c>, <c>NotABuilder</c>, <c>BuilderMetadataInvalid</c>,
    /// <c>BuildpackInvalid</c>, <c>BuildpackNotFound</c>, <c>BuildpackAmbiguous</c>, <c>BuildpackSourceUnsupported</c>, <c>DownloadFailed</c>, <c>DownloadInvalid</c>, <c>RegistryIndexFailed</c>, <c>GitNotFound</c>, <c>BuildpackFolderInvalid</c>, <c>BuildpackArchiveInvalid</c>,
    /// <c>BuildpackTomlInvalid</c>, <c>PackageTomlInvalid</c>, <c>BuildpackApiIncompatible</c>, <c>BuildpackStackIncompatible</c>, <c>BuildpackTargetIncompatible</c>, <c>BuilderWithoutRunImage</c>, <c>RunImageNotFound</c>, <c>ImageNameInvalid</c>, <c>AppPathNotFound</c>, <c>AppPathEmpty</c>,
    /// <c>AppPathInvalid</c>, <c>AppGitInvalid</c>, <c>AppGitFailed</c>, <c>GitNotFound</c>, <c>AppFileUnreadable</c>, <c>ProjectTomlNotFound</c>, <c>ProjectTomlInvalid</c>, <c>EnvInvalid</c>, <c>EnvFileNotFound</c>, <c>EnvFileInvalid</c>,
    /// <c>CacheInvalid</c>, <c>VolumeInvalid</c>, <c>PlatformNotFound</c>, <c>IncompatibleApi</c>, <c>DaemonRouteUnsupported</c>, <c>RegistryRouteUnsupported</c>, <c>AnalyzeFailed</c>, <c>DetectFailed</c>,
    /// <c>RestoreFailed</c>, <c>BuildpackFailed</c>, <c>BuildFailed</c>, <c>ExportFailed</c>, <c>BuildKilled</c>,
    /// <c>LifecycleFailed</c>, <c>BuildContainerGone</c>, <c>TemporaryFileFailed</c>, <c>LayoutInvalid</c>, <c>BuildFilesUnreadable</c>, <c>SbomInvalid</c>, <c>PathUnusable</c>, <c>NoSpace</c>, and those of the engine and of registries.
    /// </exception>
    public static Task<BuildResult> RunAsync(
        BuildRequest request, IEngine engine, EngineCallCollector calls, IPackSink sink, CancellationToken cancellationToken) =>
        RunAsync(request, engine, calls, BuildPlaces.OfUser(), sink, cancellationToken);

    /// <summary>Builds, with places of the caller's choice for what is kept between builds.</summary>
    internal static async Task<BuildResult> RunAsync(
        BuildRequest request, IEngine engine, EngineCallCollector calls, BuildPlaces places, IPackSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(calls);
        var secrets = SecretMask.Of(request.Secrets);
        var log = new BuildLogKeeper(new SecretSink(sink, secrets));
        using var loggers = new SinkLoggerFactory(log);
        var record = new BuildRecord();
        var runner = new BuildRunner(engine, places, record, secrets, log, loggers) { Calls = calls };
        var activity = new PackProgress { Id = ProgressIds.Build, Activity = $"Building {request.ImageName}", IsTimed = true };
        sink.Progress(activity);
        foreach (var name in secrets.Unhidden)
        {
            loggers.CreateLogger("Buildpacks.Builds").LogWarning("The secret {Name} is too short to be masked in the output of the build.", name);
        }

        try
        {
            // A published image is in no engine, so no engine's image of the name is taken for it.
            using var other = OtherEngineLook.Begin(request.Publish || request.Target is not null ? null : places.Other, engine.Kind, request.ImageName);
            var result = await runner.RunAsync(request, cancellationToken).ConfigureAwait(false);
            await other.WarnAsync(result, record.Outcome!.Config, loggers.CreateLogger("Buildpacks.Builds")).ConfigureAwait(false);
            var written = log.ToLog(request, engine, record, calls);
            return result with
            {
                EngineCalls = written.EngineCalls,
                BytesSent = written.EngineCalls.Sum(call => call.BytesSent),
                BytesReceived = written.EngineCalls.Sum(call => call.BytesReceived),
                Warnings = written.Warnings,
                Log = written,
            };
        }
        catch (Exception exception) when (exception is PackException || exception is not OperationCanceledException && secrets.Finds(exception))
        {
            var failure = secrets.Shown(exception);
            failure.Log = log.ToLog(request, engine, record, calls, failure);
            if (failure == exception)
            {
                throw;
            }

            throw failure;
        }
        finally
        {
            sink.Progress(activity with { Completed = true });
        }
    }
}
