using System.Globalization;
using Buildpacks.Engines;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>The engine may set the limits that its containers are to get, and they are not too low.</summary>
internal sealed class UlimitsCheck : IEngineCheck
{
    private const int Enough = 1024;

    private static readonly string[] Words = ["setrlimit", "rlimit"];

    /// <inheritdoc/>
    public string Name => CheckNames.Ulimits;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.ImageLoad];

    /// <summary>Whether a container did not start because of its limits.</summary>
    public static bool IsCause(PackException failure) => Words.Any(word => failure.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken) => Task.FromResult(Judge(patient));

    private static Finding Judge(Patient patient)
    {
        if (patient.FirstFailure is { } failure)
        {
            return IsCause(failure)
                ? Finding.Failed("The engine may not set the resource limits of its containers.", EngineNextSteps.ForLimits(patient.Engine.Kind))
                : Finding.Skipped("No container could be started, for another reason.");
        }

        var facts = patient.FirstFacts!;
        var evidence = $"Containers may have {facts.OpenFiles} open files and {facts.Processes} processes.";
        return int.TryParse(facts.OpenFiles, NumberStyles.None, CultureInfo.InvariantCulture, out var files) && files < Enough
            ? Finding.Warning(evidence, $"Allow {Enough} open files or more: {EngineNextSteps.ForLimits(patient.Engine.Kind)}")
            : Finding.Passed(evidence);
    }
}
