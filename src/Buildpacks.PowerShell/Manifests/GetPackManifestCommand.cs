using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Stores;
using Buildpacks.Stores.Indexes;

namespace Buildpacks.Commands;

/// <summary>Gets indexes of images for several platforms: those of this machine, or one in a registry.</summary>
[Cmdlet(VerbsCommon.Get, "PackManifest", HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackManifest))]
public sealed class GetPackManifestCommand : ManifestCmdlet
{
    /// <summary>
    /// Names of indexes. Wildcards match indexes of this machine. A name that this machine does not have is looked up in its registry. Without
    /// names, all indexes of this machine are listed.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ImageNameTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ManifestNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Reads the indexes from their registries, also when this machine has indexes of these names.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRegistryTransformation]
    public SwitchParameter Registry { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Name is null && Registry)
        {
            ThrowFailure(new PackException(PackErrorIds.NameMissing, PackErrorKind.InvalidInput, "No index was named.")
            {
                RecommendedAction = "Name the indexes: a registry does not list them.",
            });
        }

        foreach (var name in Name ?? ["*"])
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                List(name);
            }
            else
            {
                Show(name);
            }
        }
    }

    private void List(string pattern)
    {
        if (TryRun((_, _) => Task.FromResult(NamePattern.Read(pattern) is var wildcard ? ManifestIndexes.List().Where(wildcard.IsMatch).ToList() : []), pattern, out var names))
        {
            foreach (var name in names!)
            {
                Show(name);
            }
        }
    }

    private void Show(string text)
    {
        var place = ImagePlace.Find(text);
        var (name, onlyRegistry) = place is { Format: null } ? (place.Rest, true) : (text, (bool)Registry);
        if (TryRunOnIndexes([name], (indexes, token) => indexes.GetAsync(name, onlyRegistry, token), name, out var index))
        {
            WriteObject(index);
        }
    }
}
