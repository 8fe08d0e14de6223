using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>The ways in which people write the name of an image that an engine spells in full.</summary>
public static class ImageSpellings
{
    /// <summary>podman's registry for images that were built here.</summary>
    private const string Local = "localhost/";

    /// <summary>
    /// The spellings of a tag, the engine's own first: <c>docker.io/library/web:latest</c> is also <c>web:latest</c> and <c>web</c>, and
    /// <c>localhost/web:1</c> is also <c>web:1</c>.
    /// </summary>
    /// <param name="tag">A tag as an engine spells it.</param>
    public static IReadOnlyList<string> Of(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        var spellings = new List<string> { tag };
        if (ImageReference.TryParse(tag, out var reference, out _))
        {
            var familiar = reference.ToFamiliarString();
            Add(reference.ToString());
            Add(familiar);
            if (familiar.StartsWith(Local, StringComparison.Ordinal))
            {
                Add(familiar[Local.Length..]);
            }

            if (reference.Tag == "latest")
            {
                foreach (var untagged in spellings.Where(spelling => !spelling.EndsWith(":latest", StringComparison.Ordinal)).ToArray())
                {
                    Add(untagged + ":latest");
                }
            }
        }

        return spellings;

        void Add(string spelling)
        {
            if (!spellings.Contains(spelling))
            {
                spellings.Add(spelling);
            }
        }
    }

    /// <summary>
    /// The spellings that mean the image on every engine, what people write first: <c>web</c> for <c>docker.io/library/web:latest</c>, but
    /// <c>localhost/web</c> for <c>localhost/web:latest</c>, because <c>web</c> is another image once there is one of that name.
    /// </summary>
    /// <param name="tag">A tag as an engine spells it.</param>
    public static IReadOnlyList<string> Unmistakable(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (!ImageReference.TryParse(tag, out var reference, out _))
        {
            return [tag];
        }

        string[] tagged = reference.Tag == "latest" ? ["", ":latest"] : [reference.Tag is null ? "" : $":{reference.Tag}"];
        string[] names = [reference.WithTag("latest").ToFamiliarString(), reference.Name];
        return [.. tagged.SelectMany(_ => names, (ending, name) => name + ending).Distinct()];
    }
}
