using System.Globalization;

namespace Buildpacks.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkSettings
{
    public const string Usage = """
        Usage: dotnet run -c Release --project tests/benchmarks -- [NAME]... [--runs N] [--engine podman|docker] [--small] [--write FILE.md]
          NAME      a benchmark; all of them without one
          --runs    rounds that count, after one that does not (default 7; the costly benchmarks do fewer)
          --engine  one engine only
          --small   small apps and layers where the size does not decide: a trial, no figures
          --write   puts the tables into a page, between its markers
        """;

    private const int DefaultRuns = 7;

    /// <summary>The benchmarks named; empty for all.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>How many rounds count.</summary>
    public int Runs { get; private init; } = DefaultRuns;

    /// <summary>The engines to measure.</summary>
    public IReadOnlyList<PackEngineKind> Engines { get; private init; } = [PackEngineKind.Podman, PackEngineKind.Docker];

    /// <summary>Whether apps and layers are small: to try a benchmark out.</summary>
    public bool IsSmall { get; private init; }

    /// <summary>The page that gets the tables; <see langword="null"/> for none.</summary>
    public string? Page { get; private init; }

    /// <summary>How many rounds a costly benchmark does.</summary>
    public int FewRuns => Math.Max(1, (Runs + 1) / 2);

    /// <summary>Reads a command line.</summary>
    /// <returns>The settings; <see langword="null"/> when it is not understood.</returns>
    public static BenchmarkSettings? Parse(IReadOnlyList<string> arguments)
    {
        var settings = new BenchmarkSettings();
        for (var i = 0; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--runs" when int.TryParse(value, CultureInfo.InvariantCulture, out var runs) && runs > 0:
                    settings = settings with { Runs = runs };
                    i++;
                    break;
                case "--engine" when Enum.TryParse<PackEngineKind>(value, ignoreCase: true, out var engine):
                    settings = settings with { Engines = [engine] };
                    i++;
                    break;
                case "--small":
                    settings = settings with { IsSmall = true };
                    break;
                case "--write" when value.Length > 0:
                    settings = settings with { Page = value };
                    i++;
                    break;
                case var name when !name.StartsWith('-'):
                    settings = settings with { Names = [.. settings.Names, name] };
                    break;
                default:
                    return null;
            }
        }

        return settings;
    }
}
