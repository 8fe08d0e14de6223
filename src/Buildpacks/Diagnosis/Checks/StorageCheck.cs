namespace Buildpacks.Diagnosis.Checks;

/// <summary>The engine can open its store, and with a driver that does not copy whole images.</summary>
internal sealed class StorageCheck : IEngineCheck
{
    private const string CopyingDriver = "vfs";

    /// <inheritdoc/>
    public string Name => CheckNames.Storage;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.EngineAnswers, CheckNames.RootlessIds];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var engine = await patient.DetailAsync(cancellationToken).ConfigureAwait(false);
        var evidence = $"{engine.StorageDriver} at {engine.StorePath}{(engine.ContainerdStore ? ", in containerd's store" : "")}.";
        return engine.StorageDriver == CopyingDriver
            ? Finding.Warning(
                $"{evidence} It copies the complete image for each container, so builds are slow and need much space.",
                "Use the driver overlay; a rootless engine on an old kernel needs fuse-overlayfs for it. The images of the old store are not migrated.")
            : Finding.Passed(evidence);
    }
}
