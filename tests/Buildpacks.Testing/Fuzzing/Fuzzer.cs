using System.Diagnostics;
using System.Text;

namespace Buildpacks.Testing.Fuzzing;

/// <summary>
/// Gives a parser valid inputs and thousands of broken ones. It may refuse an input with a <see cref="PackException"/>; whatever else
/// it throws, a minute's thought over it, or memory out of proportion is a failure, which names the seed, the input's number and the input.
/// </summary>
public sealed class Fuzzer
{
    private const int UsualInputs = 1500;
    private const long MemoryBound = 64L << 20;

    private static readonly TimeSpan TimeBound = TimeSpan.FromSeconds(20);

    private readonly string _name;
    private readonly IReadOnlyList<byte[]> _corpus;
    private readonly Func<Random, byte[], byte[]> _mutate;

    /// <summary>Prepares to fuzz.</summary>
    /// <param name="name">The parser.</param>
    /// <param name="corpus">Valid inputs.</param>
    /// <param name="mutate">Breaks an input.</param>
    public Fuzzer(string name, IReadOnlyList<byte[]> corpus, Func<Random, byte[], byte[]> mutate)
    {
        _name = name;
        _corpus = corpus;
        _mutate = mutate;
    }

    /// <summary>How many inputs a run without a duration tries.</summary>
    public int Inputs { get; init; } = UsualInputs;

    /// <summary>Fuzzes a parser of text.</summary>
    /// <param name="name">The parser.</param>
    /// <param name="corpus">Valid inputs.</param>
    /// <param name="words">What to put into them.</param>
    public static Fuzzer OfText(string name, IEnumerable<string> corpus, params string[] words)
    {
        var mutator = new Mutator(words);
        return new Fuzzer(name, [.. corpus.Select(Encoding.UTF8.GetBytes)], mutator.Mutate);
    }

    /// <summary>Fuzzes a parser of JSON: half of the time what is broken is still JSON.</summary>
    /// <param name="name">The parser.</param>
    /// <param name="corpus">Valid inputs.</param>
    /// <param name="inputs">How many inputs a run without a duration tries.</param>
    public static Fuzzer OfJson(string name, IEnumerable<string> corpus, int inputs = UsualInputs)
    {
        var mutator = new Mutator(JsonMutator.Words);
        return new Fuzzer(
            name, [.. corpus.Select(Encoding.UTF8.GetBytes)],
            (random, input) => random.Next(2) == 0 ? JsonMutator.Mutate(random, input) : mutator.Mutate(random, input)) { Inputs = inputs };
    }

    /// <summary>Runs a parser of text.</summary>
    public void Run(Action<string> parse) => Run((byte[] input) => parse(Encoding.UTF8.GetString(input)));

    /// <summary>Runs a parser.</summary>
    public void Run(Action<byte[]> parse)
    {
        var settings = FuzzSettings.Current;
        var clock = Stopwatch.StartNew();
        for (var number = 0; settings.Duration is { } duration ? clock.Elapsed < duration : number < Inputs; number++)
        {
            var input = Input(settings.Seed, number);
            if (Problem(parse, input) is { } problem)
            {
                Assert.Fail(
                    $"{_name}, seed {settings.Seed}, input {number}: {problem}\n{Show(input)}\nBase64: {Convert.ToBase64String(input)}");
            }
        }
    }

    /// <summary>The input of a number: the corpus comes first, and each broken one follows from seed and number alone.</summary>
    private byte[] Input(int seed, int number)
    {
        if (number < _corpus.Count)
        {
            return _corpus[number];
        }

        var random = new Random(HashCode(seed, number));
        var input = _corpus[random.Next(_corpus.Count)];
        for (var times = 1 + random.Next(4); times > 0; times--)
        {
            input = _mutate(random, input);
        }

        return input;
    }

    private static string? Problem(Action<byte[]> parse, byte[] input)
    {
        var clock = Stopwatch.StartNew();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            parse(input);
        }
        catch (PackException exception) when (exception.ErrorId.Length > 0 && exception.Message.Length > 0)
        {
            // Refused, as it may be.
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return clock.Elapsed > TimeBound ? $"took {clock.Elapsed}"
            : allocated > MemoryBound ? $"took {allocated:N0} bytes for {input.Length:N0}"
            : null;
    }

    private static int HashCode(int seed, int number) => unchecked((seed * 397) ^ (number * 0x5bd1e995));

    private static string Show(byte[] input)
    {
        const int shown = 2000;
        var text = Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(shown, input.Length)));
        return string.Concat(text.Select(c => char.IsControl(c) && c != '\n' ? $"\\u{(int)c:x4}" : c.ToString())) + (input.Length > shown ? "…" : "");
    }
}
