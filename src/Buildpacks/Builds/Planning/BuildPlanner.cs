using System.Diagnostics.CodeAnalysis;
using Buildpacks.Builders;
using Buildpacks.Builds.Phases;
using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Loopback;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Planning;

/// <summary>Turns what the caller asked for into a plan: checks it, finds the images, agrees with the lifecycle, chooses the route.</summary>
/// <param name="engine">The engine.</param>
/// <param name="fetcher">Finds the images.</param>
/// <param name="buildpacks">Gets the buildpacks that the builder does not hold; they belong to the caller.</param>
/// <param name="runImages">Which run image a builder asked for last time.</param>
/// <param name="keys">The user's keys for cache names.</param>
/// <param name="registries">Where the image is published; <see langword="null"/> when it goes into the engine's store.</param>
/// <param name="platforms">Finds images for a platform in registries.</param>
/// <param name="clock">Measures the steps.</param>
/// <param name="logger">Is told what is chosen.</param>
internal sealed class BuildPlanner(
    IEngine engine, ImageFetcher fetcher, AddedModules buildpacks, Hints runImages, VolumeKeys keys, PublishRegistries? registries, PlatformImages platforms,
    PhaseClock clock, ILogger logger)
{
    private const string SocketScheme = "unix://";

    /// <summary>Gets what is decided, and may collect failures.</summary>
    public BuildFindings Findings { get; init; } = new();

    /// <summary>The layout folder or archive that the image is written to; <see langword="null"/> for an engine or a registry.</summary>
    public FileTarget? Target { get; init; }

    /// <summary>Makes the plan.</summary>
    /// <param name="request">What the caller asked for.</param>
    /// <param name="inputs">What was read of it before the engine was needed.</param>
    /// <param name="cancellationToken">Ends the planning.</param>
    public async Task<BuildPlan> PlanAsync(BuildRequest request, BuildInputs inputs, CancellationToken cancellationToken)
    {
        // An image of that name in the engine is another one than an image in a file.
        var imageName = Target is null ? inputs.Image.ToString() : null;
        var tags = Target is null ? inputs.Tags.Select(tag => tag.ToString()) : [];
        if (inputs.Platform is null)
        {
            await fetcher.RefreshAsync(inputs.Builder, cancellationToken).ConfigureAwait(false);
        }

        await fetcher.InspectAsync(
            registries is not null ? [inputs.Builder.Spelling]
                : new[] { inputs.Builder.Spelling, imageName, inputs.PreviousImage?.Spelling, (inputs.RunImage ?? HintFor(inputs))?.Spelling }.OfType<string>().Concat(tags),
            cancellationToken).ConfigureAwait(false);

        var (_, builderDetail) = inputs.Platform is { } wanted
            ? await fetcher.RequireAsync([inputs.Builder], "builder", PackErrorIds.BuilderNotFound, wanted, platforms, cancellationToken).ConfigureAwait(false)
            : await fetcher.RequireAsync([inputs.Builder], "builder", PackErrorIds.BuilderNotFound, cancellationToken).ConfigureAwait(false);
        var builder = Findings.Builder = BuilderImage.Read(inputs.Builder.Spelling, builderDetail);
        Findings.Try(() => Findings.PlatformApi = PlatformApis.Negotiate(builder, request.ExportRoute == ExportRoute.Registry ? PlatformApis.NewestOfRegistryRoute : null));
        var api = Findings.PlatformApi ?? PlatformApis.Layout;
        if (inputs.Buildpacks is { } selection)
        {
            await Findings.TryAsync(async () => Findings.Order = await buildpacks.ResolveAsync(selection, builder, api, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        if (inputs.Extensions.Count > 0)
        {
            await Findings.TryAsync(async () =>
                Findings.OrderExtensions = await buildpacks.ResolveExtensionsAsync(inputs.Extensions, builder, api, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        var (order, orderExtensions) = (Findings.Order, Findings.OrderExtensions);
        WarnOfUnsupported(request, inputs, builder, api);
        var trust = Findings.Trust = BuilderTrust.Of(inputs.Builder, request.TrustBuilder, inputs.TrustedBuilders);
        Findings.Try(() => Findings.Route = ChooseRoute(request.ExportRoute, builder, api, trust));
        var route = Findings.Route ?? ExportRoute.Layout;
        if (inputs.Caches.Launch is not null && Findings.Route is { } chosen and not ExportRoute.Daemon)
        {
            logger.LogWarning("The launch cache of -Cache is not used: only the export route Daemon has one, and the route of this build is {Route}.", chosen);
        }

        PublishImages? published = null;
        var (runImageName, runImage) = (inputs.Builder, builderDetail);
        await Findings.TryAsync(async () =>
        {
            published = registries is null ? null : await FindPublishedAsync(registries, inputs, builder, cancellationToken).ConfigureAwait(false);
            (runImageName, runImage) = published is null
                ? await FindRunImageAsync(inputs, builder, cancellationToken).ConfigureAwait(false)
                : (published.RunImage.Name, Detail(published.RunImage));
            Findings.RunImage = runImageName;
        }).ConfigureAwait(false);
        var added = buildpacks.For(builder);
        Findings.SeparatesPhases = request.SeparatePhases || route switch
        {
            ExportRoute.Layout => false,

            // In one container, buildpacks would have the network of the machine, and not the one that was asked for.
            ExportRoute.Registry => !trust.IsTrusted || request.Network is not (null or Phase.HostNetwork) || HasUntrusted(added, request),
            _ => HasUntrusted(added, request),
        };
        Findings.Try(() => RefuseOwners(request));
        Findings.ThrowIfAny();
        logger.LogDebug("Builder {Builder}, lifecycle {Lifecycle}, platform API {Api}, run image {RunImage}, export route {Route}.", inputs.Builder.Spelling, builder.Lifecycle.Version, api, runImageName.Spelling, route);

        var current = Target is not null ? Target.CurrentDetail : published is null ? fetcher.Known(imageName!) : Detail(published.Current);
        var previous = inputs.PreviousImage is not { } named ? current : published is null ? fetcher.Known(named) : Detail(published.Previous);
        if (inputs.PreviousImage is not null && previous is null)
        {
            logger.LogWarning("The previous image {Image} does not exist or cannot be used: no layer of it is reused.", inputs.PreviousImage.Spelling);
        }

        if (previous is not null && PlatformName.Of(previous.Config) is var before && PlatformName.Of(runImage.Config) is var now && (before.Os, before.Architecture) != (now.Os, now.Architecture))
        {
            logger.LogInformation("The previous image is for {Before}, and this one is for {Now}: no layer of it is reused.", before, now);
            previous = null;
            published = published is null ? null : published with { Previous = null };
        }

        var caches = BuildCaches.For(inputs.CacheOwner, inputs.Caches, keys);
        var owner = new TarOwner(request.UserId ?? checked((int)builder.UserId), request.GroupId ?? checked((int)builder.GroupId));
        var containers = new LifecycleContainers(inputs.Image, runImageName, api, caches, owner, hasOrder: order is not null || orderExtensions is not null, request with { SeparatePhases = Findings.SeparatesPhases });
        var extended = (orderExtensions ?? builder.OrderExtensions).Any(group => group.Group.Count > 0);
        if (extended)
        {
            CheckExtensions(orderExtensions is null ? $"The builder '{builder.Name}' has image extensions, which cannot" : "The image extensions of the build cannot", api, route);
        }

        var (detecting, afterExtending) = extended ? containers.ToExtended(builder.Detail.Id, inputs.Volumes) : (null, null);
        var phases = route switch
        {
            ExportRoute.Layout when detecting is not null => detecting,
            ExportRoute.Layout => containers.ToLayout(builder.Detail.Id, inputs.Volumes),
            ExportRoute.Registry => containers.ToRegistry(
                builder.Detail.Id, inputs.Volumes, LoopbackRegistry.RunImageAt(LifecycleNames.Registry), LoopbackRegistry.AppImageAt(LifecycleNames.Registry)),
            _ => containers.ToDaemon(builder.Detail.Id, inputs.Volumes, SocketPath(), inputs.Tags),
        };
        if (request.UsesHostUserNamespace && engine.Capabilities.MapsCopiedOwners && !extended && phases is [var creator])
        {
            (string, string)[] owners =
            [
                (ContainerPaths.Layers, $"{builder.UserId}:{builder.GroupId}"), (inputs.Workspace, $"{owner.UserId}:{owner.GroupId}"),
                .. route == ExportRoute.Layout ? [(ContainerPaths.Layouts, $"{owner.UserId}:{owner.GroupId}")] : Array.Empty<(string, string)>(),
            ];
            phases = [LifecycleContainers.AsRoot(creator).WithOwners(owners)];
        }

        return new BuildPlan
        {
            Image = inputs.Image,
            Tags = inputs.Tags,
            Builder = builder,
            RunImageName = runImageName,
            HasOwnRunImage = inputs.RunImage is not null,
            RunImage = runImage,
            Published = published,
            Target = Target,
            RunImageReference = published?.RunImageReference ?? (route != ExportRoute.Daemon ? runImage.LabelReference : null),
            RunImageHistory = route != ExportRoute.Daemon && published is null
                ? await RunImageFacts.HistoryAsync(engine, runImage, cancellationToken).ConfigureAwait(false)
                : null,
            Previous = previous,
            Current = current,
            Holders = tags.Append(imageName).OfType<string>().Distinct(StringComparer.Ordinal).Where(name => fetcher.Known(name) is not null)
                .ToDictionary(name => name, name => fetcher.Known(name)!.Id, StringComparer.Ordinal),
            Route = route,
            PlatformApi = api,
            Caches = caches,
            ClearCache = request.ClearCache,
            Order = order,
            OrderExtensions = orderExtensions,
            AddedModules = added,
            IsOfIndex = inputs.IsOfIndex,
            Workspace = inputs.Workspace,
            LeavesOutSystem = LifecycleContainers.LeavesOutSystem(request, api),
            Environment = inputs.Environment,
            Owner = owner,
            Phases = phases,
            AfterExtending = afterExtending,
        };
    }

    /// <summary>Refuses image extensions where they cannot be applied.</summary>
    private void CheckExtensions(string what, ApiVersion api, ExportRoute route)
    {
        var problem = engine.Builds is null ? $"{engine.Kind.ToString().ToLowerInvariant()} at {engine.Endpoint} builds no images from Dockerfiles"
            : route != ExportRoute.Layout ? $"this needs the export route Layout and platform API {PlatformApis.Layout}, and the build takes the route {route} with platform API {api}"
            : null;
        if (problem is not null)
        {
            throw Unsupported(
                PackErrorIds.ExtensionsUnsupported, $"{what} be applied: {problem}.",
                "Build without image extensions, or use another engine or export route.");
        }
    }

    /// <summary>Finds the images of a publish: all of them are in registries, and none is asked for in the engine.</summary>
    private Task<PublishImages> FindPublishedAsync(
        PublishRegistries published, BuildInputs inputs, BuilderImage builder, CancellationToken cancellationToken)
    {
        var names = Findings.RunImages = RunImageNames(inputs, builder, inputs.Image.Registry);
        RefuseRunImages(inputs, names);

        return clock.MeasureAsync("inspect", () => published.FindAsync(inputs, names, inputs.Platform ?? PlatformName.Of(builder.Detail.Config), cancellationToken));
    }

    /// <summary>Refuses run images as names of the image.</summary>
    private static void RefuseRunImages(BuildInputs inputs, IReadOnlyList<ImageReference> runImages)
    {
        foreach (var name in inputs.Tags.Prepend(inputs.Image))
        {
            foreach (var runImage in runImages)
            {
                ImageNames.Refuse(name, runImage, "run image");
            }
        }
    }

    [return: NotNullIfNotNull(nameof(image))]
    private static ImageDetail? Detail(StoredImage? image) => image is null ? null : new() { Id = image.Id, Digest = image.Digest, Config = image.Config };

    /// <summary>With the pull policy Always the run image may be another one in a moment: it is asked for when it was pulled.</summary>
    private ImageReference? HintFor(BuildInputs inputs) =>
        inputs.PullPolicy != PullPolicy.Always ? ImageReference.Find(runImages.Find(inputs.Builder.Spelling)) : null;

    private async Task<(ImageReference Name, ImageDetail Detail)> FindRunImageAsync(
        BuildInputs inputs, BuilderImage builder, CancellationToken cancellationToken)
    {
        // A run image on the builder's own registry comes first, for that is known to be in reach.
        var candidates = RunImageNames(inputs, builder, inputs.Builder.Registry);
        Findings.RunImages = candidates;
        RefuseRunImages(inputs, candidates);

        if (inputs.Platform is { } platform)
        {
            var chosen = await fetcher.RequireAsync(candidates, "run image", PackErrorIds.RunImageNotFound, platform, platforms, cancellationToken).ConfigureAwait(false);
            if (fetcher.Known(chosen.Name)?.Id != chosen.Detail.Id && Findings.Route == ExportRoute.Daemon)
            {
                // There, a lifecycle asks the daemon for the run image by its name.
                await engine.Images.TagAsync(chosen.Detail.Id, chosen.Name.Spelling, cancellationToken).ConfigureAwait(false);
            }

            return chosen;
        }

        if (candidates.Count > 1 && await fetcher.RefreshFirstAsync(candidates, cancellationToken).ConfigureAwait(false) is { } fresh)
        {
            candidates = [fresh];
        }
        else if (RunImageMirrors.OfUser(builder.GetDefaultRunImage().Image, inputs.RunImageMirrors).Contains(candidates[0]) && inputs.RunImage is null)
        {
            // A mirror that the user names is meant to be used, although the engine may have the run image by another name.
            await fetcher.TryGetAsync(candidates[0], cancellationToken).ConfigureAwait(false);
        }

        await fetcher.RefreshAsync(candidates[0], cancellationToken).ConfigureAwait(false);
        var found = fetcher.Known(candidates[0]) is { } known
            ? (candidates[0], known)
            : await fetcher.RequireAsync(candidates, "run image", PackErrorIds.RunImageNotFound, cancellationToken).ConfigureAwait(false);
        if (inputs.RunImage is null)
        {
            runImages.Store(builder.Name, found.Item1.Spelling);
        }

        return found;
    }

    /// <summary>
    /// The run image that was named; or the user's mirrors of the builder's run image, the run image itself, and the builder's mirrors of it. Those
    /// on a certain registry come first.
    /// </summary>
    private static IReadOnlyList<ImageReference> RunImageNames(BuildInputs inputs, BuilderImage builder, string? registry)
    {
        if (inputs.RunImage is { } named)
        {
            return [named];
        }

        var runImage = builder.GetDefaultRunImage();
        return RunImageMirrors.Names(runImage.Image, runImage.Mirrors, inputs.RunImageMirrors, registry);
    }

    private void WarnOfUnsupported(BuildRequest request, BuildInputs inputs, BuilderImage builder, ApiVersion api)
    {
        if (request is { InsecureRegistries.Count: > 0, Publish: false, Sparse: false, Platform: null } && inputs.Buildpacks?.NamesImages != true && !engine.Capabilities.PullsInsecure)
        {
            logger.LogWarning(
                "-InsecureRegistry does nothing without -Publish: {Engine} pulls images itself, and only its configuration says which registries are insecure (insecure-registries in daemon.json).",
                engine.Kind);
        }

        if (request.CreationTime is not null && api < PlatformApis.CreationTime)
        {
            logger.LogWarning(
                "The creation time is not set: the lifecycle {Lifecycle} of the builder supports platform API {Api}, and this needs {Needed}.",
                builder.Lifecycle.Version, api, PlatformApis.CreationTime);
        }

        if (request.ExecEnv != BuildRequest.ProductionEnv && api < PlatformApis.ExecutionEnvironment)
        {
            logger.LogWarning(
                "Buildpacks are not told of the execution environment {ExecEnv}: the lifecycle {Lifecycle} of the builder supports platform API {Api}, and this needs {Needed}.",
                request.ExecEnv, builder.Lifecycle.Version, api, PlatformApis.ExecutionEnvironment);
        }
    }

    private static bool HasUntrusted(IReadOnlyList<AddedModule> added, BuildRequest request) => added.Count > 0 && !request.TrustExtraBuildpacks;

    /// <summary>
    /// docker gives what is copied into a container to users of its own user namespace. A container in the machine's begins as root to mend that, and
    /// one in which only buildpacks run never begins as root.
    /// </summary>
    private void RefuseOwners(BuildRequest request)
    {
        if (request.UsesHostUserNamespace && engine.Capabilities.MapsCopiedOwners && Findings.SeparatesPhases)
        {
            throw Unsupported(
                PackErrorIds.UsernsHostUnsupported, $"-UsernsHost needs one container for all phases on {engine.Kind.ToString().ToLowerInvariant()}, and this build runs buildpacks in a container of their own.",
                request.SeparatePhases ? "Omit -SeparatePhases or -UsernsHost." : "Omit -UsernsHost; or, if you trust the builder and the buildpacks, use -TrustBuilder and -TrustExtraBuildpacks.");
        }
    }

    private ExportRoute ChooseRoute(ExportRoute asked, BuilderImage builder, ApiVersion api, BuilderTrust trust) => asked switch
    {
        ExportRoute.Daemon when registries is not null => throw Unsupported(
            PackErrorIds.DaemonRouteUnsupported, "The export route Daemon puts an image into docker's store, and -Publish puts it into its registry.", "Leave out -ExportRoute."),
        ExportRoute.Daemon when !engine.Capabilities.HasSocket => throw Unsupported(
            PackErrorIds.DaemonRouteUnsupported, $"The export route Daemon needs docker: {engine.Kind.ToString().ToLowerInvariant()} has no daemon and no docker socket.", "Omit -ExportRoute, or use -Engine Docker."),
        ExportRoute.Daemon when !trust.IsTrusted => throw Unsupported(
            PackErrorIds.BuilderNotTrusted, $"The export route Daemon gives docker's socket, and with it the rights of root on its machine, to the lifecycle of the builder '{builder.Name}', which is not trusted.",
            "Omit -ExportRoute: other routes need no trust. If you trust the builder, use -TrustBuilder, or Set-PackConfig -TrustedBuilder."),
        ExportRoute.Daemon => ExportRoute.Daemon,
        ExportRoute.Registry when !engine.Capabilities.SharesLoopback => throw Unsupported(
            PackErrorIds.RegistryRouteUnsupported, $"The export route Registry needs an engine on this machine, and {engine.Kind.ToString().ToLowerInvariant()} is reached at {engine.Endpoint}.",
            "Omit -ExportRoute, or use an engine of this machine."),
        ExportRoute.Registry => ExportRoute.Registry,
        _ when api >= PlatformApis.Layout => ExportRoute.Layout,
        ExportRoute.Auto when registries is null && Target is null && trust.IsTrusted && engine.Capabilities.HasSocket && HasSocketHere => ExportRoute.Daemon,
        ExportRoute.Auto when engine.Capabilities.SharesLoopback => ExportRoute.Registry,
        _ => throw Unsupported(
            PackErrorIds.IncompatibleApi, $"The lifecycle {builder.Lifecycle.Version} of the builder '{builder.Name}' cannot export to a layout: it supports platform API {api} at most, and a layout needs {PlatformApis.Layout}.",
            asked == ExportRoute.Layout ? "Omit -ExportRoute, or use a builder with a newer lifecycle."
            : $"Use a builder with a newer lifecycle, or an engine of this machine: {engine.Kind.ToString().ToLowerInvariant()} is reached at {engine.Endpoint}, and what such a lifecycle needs is on this machine only."),
    };

    private bool HasSocketHere => engine.Endpoint.StartsWith(SocketScheme, StringComparison.Ordinal);

    private string SocketPath()
    {
        return HasSocketHere
            ? engine.Endpoint[SocketScheme.Length..]
            : throw Unsupported(
                PackErrorIds.DaemonRouteUnsupported, $"The export route Daemon needs docker's socket, and docker is reached at {engine.Endpoint}.", "Omit -ExportRoute: the route Layout works with any endpoint.");
    }

    private static PackException Unsupported(string id, string message, string action) =>
        new(id, PackErrorKind.Unsupported, message) { RecommendedAction = action };
}
