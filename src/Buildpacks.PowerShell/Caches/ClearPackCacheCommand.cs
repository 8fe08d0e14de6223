using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Caches;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Removes the caches of builds. The next build of an image begins with an empty cache.</summary>
[Cmdlet(VerbsCommon.Clear, "PackCache", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackCache))]
public sealed class ClearPackCacheCommand : CacheCmdlet
{
    private readonly ItemsByEngine<string> _names = new();
    private readonly ItemsByEngine<PackCache> _caches = new();

    // In a parameter set of its own, it would lose against the names of what is piped: those are bound without a conversion, too.

    /// <summary>Caches from Get-PackCache.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PackCache[] InputObject { get; set; } = [];

    /// <summary>Returns the removed caches as they were before.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var cache in InputObject)
        {
            if (cache.Place == PackCachePlace.Registry || cache.Engine is null)
            {
                WriteFailure(
                    new PackException(PackErrorIds.CacheInRegistry, PackErrorKind.Unsupported, $"The cache '{cache.Name}' is an image in a registry.")
                    {
                        Target = cache.Name,
                        RecommendedAction = "Clear-PackCache removes volumes and folders. Build with -ClearCache to replace a cache image, or remove it with the registry's own tools.",
                    },
                    cache);
                continue;
            }

            var endpoint = IsEndpointTyped ? EngineEndpoint : cache.Endpoint;
            _caches.Add(EngineArguments.Choose(cache.Engine, endpoint, isOnlyKindTyped: false), [cache]);
        }

        // A piped cache has the name of an image, too; what is meant is the cache.
        if (InputObject.Length == 0 && Names.Count > 0)
        {
            _names.Add(Choice, Names);
        }
        else if (InputObject.Length == 0 && !MyInvocation.ExpectingInput)
        {
            if (OlderThan is null && LargerThan is null && !Orphaned)
            {
                ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No cache was specified.")
                {
                    RecommendedAction = "Specify the image, or * for the caches of all images; or use -Orphaned, -OlderThan or -LargerThan.",
                });
            }

            _names.Add(Choice, []);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (engine, names) in _names.Groups)
        {
            Choice = engine;
            Clear(Find(names));
        }

        foreach (var (engine, caches) in _caches.Groups)
        {
            Choice = engine;
            var filter = Filter([]);
            Clear([.. caches.Where(filter.Wants).DistinctBy(cache => (cache.Place, cache.Name))]);
        }
    }

    private void Clear(IReadOnlyList<PackCache> caches)
    {
        foreach (var cache in caches)
        {
            // What was found is removed where it was found, also when nobody chose the engine.
            Choice = new EngineChoice(cache.Engine, IsEndpointTyped ? EngineEndpoint : cache.Endpoint);
            var size = cache.Size is { } bytes ? ", " + SizeText.Of(bytes) : "";
            var images = cache.ImageNames.Count > 0 ? $" of {string.Join(", ", cache.ImageNames)}" : "";
            var target = $"{(cache.Place == PackCachePlace.Volume ? "volume" : "folder")} {cache.Name}{size}";
            if (ShouldProcess(target, $"Remove the {KindOf(cache)}{images} from {cache.Engine}")
                && TryRunOnEngine((located, _, cancellationToken) => RunAsync(CacheRemover.RemoveAsync(located.Engine, cache, cancellationToken)), cache.Name, out _)
                && PassThru)
            {
                WriteObject(cache);
            }
        }
    }

    private static string KindOf(PackCache cache) => cache.Kind switch
    {
        PackCacheKind.Launch => "launch cache",
        PackCacheKind.ImageCopy => "copy of the cache image",
        PackCacheKind.Kaniko => "cache of image extensions",
        PackCacheKind.Module => "buildpack",
        _ => "build cache",
    };

    private static async Task<bool> RunAsync(Task work)
    {
        await work;
        return true;
    }
}
