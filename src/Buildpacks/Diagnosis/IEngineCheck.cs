namespace Buildpacks.Diagnosis;

/// <summary>One thing that has to be right for builds to work.</summary>
internal interface IEngineCheck
{
    /// <summary>The check's name.</summary>
    string Name { get; }

    /// <summary>The checks without which this one says nothing: when one of them failed, this one is skipped.</summary>
    IReadOnlyList<string> Needs { get; }

    /// <summary>Looks.</summary>
    /// <param name="patient">The engine, and what earlier checks learned of it.</param>
    /// <param name="cancellationToken">Ends the check; nothing of it is left then.</param>
    /// <exception cref="PackException">The engine's failure: the check failed.</exception>
    Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken);
}
