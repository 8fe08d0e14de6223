using Buildpacks.Oci;

namespace Buildpacks.Images;

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

    /// <summary>The shortest spelling: what people write.</summary>
    /// <param name="tag">A tag as an engine spells it.</param>
    public static string Shortest(string tag) => Of(tag).MinBy(spelling => spelling.Length)!;
}
