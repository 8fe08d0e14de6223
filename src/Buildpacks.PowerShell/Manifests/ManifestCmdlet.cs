using System.Collections;
using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Indexes;

namespace Buildpacks.Commands;

/// <summary>The base class of cmdlets for indexes of images.</summary>
public abstract class ManifestCmdlet : PackCmdlet
{
    /// <summary>User and password for the registries of the images; without it the logins that docker and podman keep.</summary>
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

    /// <summary>Works on indexes. A failure is an error about one of them, and the cmdlet goes on.</summary>
    private protected bool TryRunOnIndexes<T>(IEnumerable<string> names, Func<ManifestIndexes, CancellationToken, Task<T>> work, string target, out T? result)
    {
        var access = RegistryArguments.Access(Credential, InsecureRegistry);
        string[] all = [.. names];
        return TryRun(
            async (sink, cancellationToken) =>
            {
                using var indexes = new ManifestIndexes(access, all, sink);
                return await work(indexes, cancellationToken);
            },
            target,
            out result);
    }

    /// <summary>The name of an index, and whether it is the one in its registry.</summary>
    /// <param name="name">The name, which may begin with registry:.</param>
    /// <param name="registry">Whether -Registry was given.</param>
    private protected static (string Name, bool IsInRegistry) Located(string name, bool registry) =>
        ImagePlace.Find(name) is { Format: null } place ? (place.Rest, true) : (name, registry);

    /// <summary>The names of images, without the prefix of registries.</summary>
    private protected static string[] Plain(IEnumerable<string> images) =>
        [.. images.Select(image => ImagePlace.Find(image) is { Format: null } place ? place.Rest : image)];

    /// <summary>The annotations of a table that <see cref="AnnotationTransformationAttribute"/> gave.</summary>
    private protected static Dictionary<string, string?> Annotations(IDictionary? table)
    {
        var annotations = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            annotations[(string)entry.Key] = (string?)entry.Value;
        }

        return annotations;
    }

    /// <summary>The annotations of a table that have a value.</summary>
    private protected static Dictionary<string, string> SetAnnotations(IDictionary? table) =>
        Annotations(table).Where(annotation => annotation.Value is not null).ToDictionary(annotation => annotation.Key, annotation => annotation.Value!, StringComparer.Ordinal);
}

/// <summary>The base class of cmdlets that put images into an index.</summary>
public abstract class ManifestImageCmdlet : ManifestCmdlet
{
    private readonly List<string> _images = [];

    /// <summary>The name of the index.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.ManifestNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The platforms of an index that are added, such as <c>linux/arm64</c>. The default is the platform of this machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.PlatformCompleter))]
    public string[] Platform { get; set; } = [];

    /// <summary>Adds all images of an index.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>The images that were named, also by the pipeline.</summary>
    private protected IReadOnlyList<string> Images => _images;

    /// <summary>Takes images.</summary>
    private protected void Take(string[] images) => _images.AddRange(Plain(images));

    /// <summary>The images that are added.</summary>
    private protected ManifestAddition? Addition(IDictionary? annotations)
    {
        try
        {
            IReadOnlyList<OciPlatform> platforms = RegistryArguments.Platforms(Platform);
            return new ManifestAddition { Images = _images, Platforms = platforms, All = All, Annotations = SetAnnotations(annotations) };
        }
        catch (PackException failure)
        {
            ThrowFailure(failure);
            return null;
        }
    }
}
