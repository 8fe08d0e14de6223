namespace Buildpacks.Diagnosis.Checks;

/// <summary>A rootless engine has user and group ids to give to containers: buildpacks run as a user that is not root.</summary>
internal sealed class RootlessIdsCheck : IEngineCheck
{
    /// <summary>What a container needs: users that images are made with, and nobody (65534).</summary>
    private const long Enough = 65536;

    /// <summary>What to do when there are no ids.</summary>
    public const string Remedy =
        "Install newuidmap and newgidmap (on Debian and Ubuntu: apt install uidmap), give the user ids with "
        + "'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER', and run 'podman system migrate' as the user.";

    private static readonly string[] Words = ["newuidmap", "newgidmap", "subuid", "subgid", "user namespace", "uid mapping", "gid mapping"];

    /// <inheritdoc/>
    public string Name => CheckNames.RootlessIds;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.EngineAnswers];

    /// <summary>Whether an engine failed for want of ids: podman then does not even tell its version.</summary>
    public static bool IsCause(PackException failure) => Words.Any(word => failure.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            var engine = await patient.DetailAsync(cancellationToken).ConfigureAwait(false);
            return engine switch
            {
                { Rootless: not true } => Finding.Skipped("The engine runs as root and needs no subordinate ids."),
                { MappedIds: null } => Finding.Skipped($"{patient.Engine.Kind} does not report its ids."),
                { MappedIds: < Enough } => Finding.Failed($"Containers get {engine.MappedIds} user ids; {Enough} are needed.", Remedy),
                _ => Finding.Passed($"Containers get {engine.MappedIds} user and group ids."),
            };
        }
        catch (PackException failure) when (IsCause(failure))
        {
            return Finding.Failed(failure.Message, Remedy);
        }
        catch (PackException)
        {
            return Finding.Skipped($"The engine did not return its description: see {CheckNames.Storage}.");
        }
    }
}
