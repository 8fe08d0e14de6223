using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Caches;

namespace Buildpacks.Commands;

/// <summary>Gets the caches of builds: volumes of an engine, folders, and cache images in registries.</summary>
[Cmdlet(VerbsCommon.Get, "PackCache", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackCache))]
public sealed class GetPackCacheCommand : CacheCmdlet
{
    private readonly ItemsByEngine<string> _names = new();

    /// <summary>Names of cache images in registries, as builds have them with -CacheImage. No engine is needed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.NewValueCompleter))]
    public string[] CacheImage { get; set; } = [];

    /// <summary>User and password for the registries of the cache images; without it the logins that docker and podman keep.</summary>
    [Parameter]
    [ValidateNotNull]
    [Credential]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>Registries that may speak plain HTTP, and whose certificate is not checked, such as <c>registry.example.com:5000</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.NewValueCompleter))]
    public string[] InsecureRegistry { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Names.Count > 0)
        {
            _names.Add(Choice, Names);
        }
        else if (CacheImage.Length == 0 && !MyInvocation.ExpectingInput)
        {
            _names.Add(Choice, []);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var (engine, names) in _names.Groups)
        {
            Choice = engine;
            WriteObject(Find(names), enumerateCollection: true);
        }

        if (CacheImage.Length > 0)
        {
            FindImages();
        }
    }

    private void FindImages()
    {
        var access = RegistryArguments.Access(Credential, InsecureRegistry);
        var filter = Filter([]);
        foreach (var finding in Run((sink, cancellationToken) => CacheCatalog.FindImagesAsync(CacheImage, access, sink, cancellationToken)))
        {
            if (finding.Failure is { } failure)
            {
                WriteFailure(failure, finding.Name);
            }
            else if (finding.Cache is { } cache && filter.Wants(cache))
            {
                WriteObject(cache);
            }
        }
    }
}
