using System.Runtime.InteropServices;

namespace Buildpacks.Lifecycle.Os;

/// <summary>
/// Turns SIGINT and SIGTERM into a cancelled token. As the first process of a container this one would not die of them otherwise.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly List<PosixSignalRegistration> registrations;

    private Interrupt(CancellationToken cancellationToken)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
        ];
    }

    /// <summary>Is cancelled by the first signal, or with the token that listening began with.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Listens until it is disposed.</summary>
    public static Interrupt Listen(CancellationToken cancellationToken) => new(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        source.Cancel();
    }
}
