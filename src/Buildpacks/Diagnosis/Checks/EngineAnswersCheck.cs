namespace Buildpacks.Diagnosis.Checks;

/// <summary>The engine answers when it is asked for its version.</summary>
internal sealed class EngineAnswersCheck : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.EngineAnswers;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.EngineFound];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var answer = patient.Description = await patient.Engine.DescribeAsync(detail: false, cancellationToken).ConfigureAwait(false);
            var where = answer.Remote ? "on another machine or as a service" : "on this machine";
            return Finding.Passed($"It runs {answer.Os}/{answer.Architecture} containers {where}.");
        }
        catch (PackException failure) when (RootlessIdsCheck.IsCause(failure))
        {
            return Finding.Failed(failure.Message, RootlessIdsCheck.Remedy);
        }
    }
}
