using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Images;

namespace Buildpacks.Commands;

/// <summary>Shows images of an engine's store: those that buildpacks built, or all.</summary>
[Cmdlet(VerbsCommon.Get, "PackImage")]
[OutputType(typeof(PackImage))]
public sealed class GetPackImageCommand : EngineCmdlet
{
    // Items of one pipeline may name different engines; each engine is asked once, at the end.
    private readonly Dictionary<PackEngineKind, List<string>> _namesByEngine = [];
    private readonly List<string> _names = [];

    /// <summary>
    /// Names, with or without wildcards, or ids. A name without wildcards finds any image, with all details; without names, all app
    /// images are listed.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ImageNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Lists every image, not only those that buildpacks built.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Asks for the platform of listed images too: one more call on podman, one for each image on docker.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Name is null)
        {
            return;
        }

        if (Engine is not { } engine)
        {
            _names.AddRange(Name);
        }
        else if (_namesByEngine.TryGetValue(engine, out var names))
        {
            names.AddRange(Name);
        }
        else
        {
            _namesByEngine.Add(engine, [.. Name]);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_names.Count > 0)
        {
            Engine = null;
            Show(_names);
        }

        foreach (var (engine, names) in _namesByEngine)
        {
            Engine = engine;
            Show(names);
        }

        if (_names.Count == 0 && _namesByEngine.Count == 0 && !MyInvocation.ExpectingInput)
        {
            Show(["*"]);
        }
    }

    private void Show(IReadOnlyList<string> names)
    {
        var patterns = names.Where(WildcardPattern.ContainsWildcardCharacters).ToList();
        var exact = names.Except(patterns).ToList();
        var images = RunOnEngine(async (located, _, cancellationToken) =>
        {
            var found = exact.Count > 0 ? await ImageCatalog.FindAsync(located.Engine, exact, cancellationToken) : null;
            var listed = patterns.Count > 0 ? await ImageCatalog.ListAsync(located.Engine, Query(patterns), cancellationToken) : [];
            return (Found: found, Listed: listed, located.Engine.Kind);
        });
        foreach (var name in exact)
        {
            if (images.Found!.TryGetValue(name, out var image))
            {
                WriteObject(image);
            }
            else
            {
                WriteFailure(Missing(name, images.Kind), name);
            }
        }

        WriteObject(images.Listed, enumerateCollection: true);
    }

    private ImageQuery Query(IReadOnlyList<string> patterns)
    {
        var wildcards = patterns.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase)).ToList();
        return new ImageQuery
        {
            All = All,
            Detailed = Detailed,
            NameMatches = patterns.Contains("*") ? null : name => wildcards.Exists(wildcard => wildcard.IsMatch(name)),
        };
    }

    private static PackException Missing(string name, PackEngineKind engine) =>
        new("ImageNotFound", PackErrorKind.NotFound, $"{engine} holds no image '{name}'.")
        {
            Target = name,
            RecommendedAction = "Get-PackImage -All shows the images it holds; Get-PackEngine -ListAvailable shows the other engines.",
        };
}
