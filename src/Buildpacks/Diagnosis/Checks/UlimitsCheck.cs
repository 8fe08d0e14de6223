using System.Globalization;

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
                ? Finding.Failed("The engine may not set the resource limits of its containers.", Remedy(patient.Engine.Kind))
                : Finding.Skipped("No container could be started, for another reason.");
        }

        var facts = patient.FirstFacts!;
        var evidence = $"Containers may have {facts.OpenFiles} open files and {facts.Processes} processes.";
        return int.TryParse(facts.OpenFiles, NumberStyles.None, CultureInfo.InvariantCulture, out var files) && files < Enough
            ? Finding.Warning(evidence, $"Allow {Enough} open files or more: {Remedy(patient.Engine.Kind)}")
            : Finding.Passed(evidence);
    }

    private static string Remedy(PackEngineKind engine) => engine == PackEngineKind.Podman
        ? "Write default_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"] under [containers] into containers.conf, with numbers no "
            + "higher than 'ulimit -Hn' and 'ulimit -Hu' show."
        : "Start dockerd with --default-ulimit nofile=1024:1024, with numbers no higher than 'ulimit -Hn' shows for it.";
}
