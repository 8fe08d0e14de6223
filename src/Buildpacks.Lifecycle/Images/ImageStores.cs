using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Images.Daemon;
using Buildpacks.Lifecycle.Images.Http;
using Buildpacks.Lifecycle.Images.Layouts;
using Buildpacks.Lifecycle.Images.Registry;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Images;

/// <summary>Opens the store that the platform asks for.</summary>
internal static class ImageStores
{
    /// <summary>The options that choose a store.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        CommandLine.Options.Daemon, CommandLine.Options.Layout, CommandLine.Options.LayoutDirectory,
        CommandLine.Options.CacheImage, CommandLine.Options.InsecureRegistry,
    ];

    /// <summary>Opens the store.</summary>
    /// <exception cref="LifecycleException">The platform asks for a cache in a registry, or for a layout without allowing what is experimental.</exception>
    public static async Task<IImageStore> OpenAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        RefuseCacheImage(arguments);
        if (arguments.IsOn(CommandLine.Options.Layout))
        {
            ExperimentalFeatures.Allow(ExperimentalFeatures.LayoutExport, context);
            return new LayoutImageStore(arguments.Get(CommandLine.Options.LayoutDirectory), context.Names);
        }

        if (arguments.IsOn(CommandLine.Options.Daemon))
        {
            var connection = await HttpConnection.OpenAsync(DaemonAddress.SocketPath(context.Environment), cancellationToken);
            return new DaemonImageStore(new DaemonClient(connection), arguments.Find(CommandLine.Options.LaunchCache), context.Names, context.Log);
        }

        return new RegistryImageStore(RegistryLogins.Read(context.Environment), context.Names);
    }

    /// <summary>Refuses a cache in a registry.</summary>
    /// <exception cref="LifecycleException">The platform asks for one.</exception>
    public static void RefuseCacheImage(Arguments arguments)
    {
        if (arguments.Find(CommandLine.Options.CacheImage) is { } image)
        {
            throw new LifecycleException(
                ExitCodes.InvalidArguments,
                $"failed to parse arguments: the cache image '{image}' is in a registry, and this lifecycle keeps no cache there; give -cache-dir");
        }
    }
}
