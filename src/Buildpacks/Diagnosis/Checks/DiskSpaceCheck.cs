using Buildpacks.Reporting;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>There is space in the engine's store, as the engine says or as a container sees it: no path of this machine is looked at.</summary>
internal sealed class DiskSpaceCheck : IEngineCheck
{
    private const long TooLittle = 200_000_000;
    private const long Little = 2_000_000_000;
    private const string Remedy = "Free disk space on the engine's machine, for example by removing images, containers and volumes that are not used.";

    /// <inheritdoc/>
    public string Name => CheckNames.DiskSpace;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.EngineAnswers];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.FirstFailure is { Kind: PackErrorKind.NoSpace } failure)
        {
            return Finding.Failed(failure.Message, Remedy);
        }

        if (patient.FirstFacts is { } facts)
        {
            return Judge(facts.FreeSpace, "the engine's store");
        }

        try
        {
            return (await patient.DetailAsync(cancellationToken).ConfigureAwait(false)).StoreFree is { } free
                ? Judge(free, "the engine's store")
                : Finding.Skipped($"{patient.Engine.Kind} does not report the free space, and no container could be started to measure it.");
        }
        catch (PackException)
        {
            return Finding.Skipped($"The engine did not return its description: see {CheckNames.Storage}.");
        }
    }

    private static Finding Judge(long free, string where) => Judge(free, where, TooLittle, Little, Remedy);

    /// <summary>Judges how much space is left.</summary>
    internal static Finding Judge(long free, string where, long tooLittle, long little, string remedy)
    {
        var evidence = $"{ByteProgress.Text(free)} are free in {where}.";
        return free < tooLittle ? Finding.Failed(evidence, remedy)
            : free < little ? Finding.Warning(evidence, remedy)
            : Finding.Passed(evidence);
    }
}
