using System.Text.RegularExpressions;
using Buildpacks.Engines;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>The engine is not older than what this module is made for.</summary>
internal sealed partial class VersionCheck : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.Version;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.EngineAnswers];

    /// <inheritdoc/>
    public Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken) =>
        Task.FromResult(Judge(patient.Engine.Kind, patient.Description!.Version, patient.Description.ApiVersion));

    /// <summary>Judges a version.</summary>
    internal static Finding Judge(PackEngineKind engine, string version, string? apiVersion)
    {
        var oldest = OldestEngines.Of(engine);
        var evidence = $"{engine} {version}, API {apiVersion}.";
        return Version.TryParse(Number().Match(version).Value, out var number) && number < oldest
            ? Finding.Warning(evidence, $"Upgrade {engine} to {oldest} or later: older versions are not tested.")
            : Finding.Passed(evidence);
    }

    [GeneratedRegex(@"^\d+\.\d+(\.\d+)?")]
    private static partial Regex Number();
}
