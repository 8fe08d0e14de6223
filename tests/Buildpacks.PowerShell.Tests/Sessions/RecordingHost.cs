using System.Globalization;
using System.Management.Automation.Host;

namespace Buildpacks.Commands.Tests.Sessions;

/// <summary>A host whose console is a <see cref="RecordingInterface"/>.</summary>
internal sealed class RecordingHost : PSHost
{
    public RecordingInterface Console { get; } = new();

    public override PSHostUserInterface UI => Console;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "tests";

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
