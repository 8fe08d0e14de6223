using System.Collections;

namespace Buildpacks.Commands.Completion;

/// <summary>Offers operating systems, architectures and their variants, by the name of the parameter.</summary>
public sealed class PlatformPartCompleter : PackCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters)
    {
        string[] usual = parameterName switch
        {
            "Os" => ["linux", "windows"],
            "Architecture" => ["amd64", "arm", "arm64", "ppc64le", "riscv64", "s390x"],
            _ => ["v2", "v7", "v8"],
        };
        return usual.Select(Plain);
    }
}

/// <summary>Offers the platforms that images are usually made for.</summary>
public sealed class PlatformCompleter : PackCompleter
{
    private static readonly string[] Usual = ["linux/amd64", "linux/amd64/v2", "linux/arm64", "linux/arm/v7", "linux/ppc64le", "linux/riscv64", "linux/s390x"];

    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Hint)> Find(string parameterName, IDictionary parameters) => Usual.Select(Plain);
}
